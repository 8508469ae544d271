"""What happened in the made-up repository `shop`: its people, its commits and its tags, as data and nothing else."""

from dataclasses import dataclass

PEOPLE = {
    "nadia": "Nadia Okafor <nadia@shop.example>",
    "jonas": "Jonas Brandt <jonas@shop.example>",
    "mei": "Mei Tanaka <mei@shop.example>",
    "rafael": "Rafael Ortiz <rafael@shop.example>",
    "ines": "Inês Carvalho <ines@shop.example>",
}


@dataclass(frozen=True)
class Made:
    """One commit: who, on which day since the first one, what, where, and the tags put on it then."""

    who: str
    day: int
    subject: str
    path: str
    body: str = ""
    tags: tuple[str, ...] = ()
    text: str = ""
    """What it adds to the file, where the subject as a comment would not do."""


# What the checks have something to say about: a setting that no page names, a table that comes, rows that go.
_PROJECT = '[project]\nname = "shop"\nversion = "1.4.0"\nrequires-python = ">=3.13"\n'
_CARD_BANK = 'import os\n\nCARD_BANK = os.environ["SHOP_CARD_BANK_URL"]\n'
_SAVED_CARTS = (
    "-- A saved cart outlives its visit, so it needs a row of its own.\n"
    "CREATE TABLE saved_carts (id integer PRIMARY KEY, cart text NOT NULL);\n"
)
_CART_OWNER = (
    "-- Carts of deleted accounts are of no use to anybody, and hold personal data.\n"
    "DELETE FROM saved_carts WHERE cart = '';\n"
)

MAIN = (
    Made("nadia", 0, "chore: start the shop", "README.md"),
    Made("nadia", 0, "feat(catalog): list products by category", "shop/catalog.py"),
    Made("jonas", 1, "feat(db): add the first schema", "migrations/0001_products.sql"),
    Made("mei", 2, "feat(cart): keep a cart per visitor", "shop/cart.py"),
    Made("jonas", 3, "feat(db): store carts and their lines", "migrations/0002_carts.sql"),
    Made("rafael", 5, "test(cart): empty carts, full carts, two tabs at once", "tests/test_cart.py"),
    Made("ines", 6, "docs: explain how to run the shop locally", "docs/running.md"),
    Made("nadia", 7, "feat(checkout): take an order", "shop/checkout.py", tags=("v1.0.0",)),
    Made(
        "mei", 9, "fix(cart): round prices half to even", "shop/prices.py",
        "A cart of three at 0.335 was one cent too dear.\n\nFixes #12", ("v1.0.1",),
    ),
    Made("jonas", 12, "feat(search): find products by name", "shop/search.py"),
    Made("jonas", 12, "feat(db): index product names", "migrations/0003_product_names.sql"),
    Made("rafael", 14, "perf(search): answer from memory when nothing changed", "shop/search_cache.py"),
    Made("ines", 16, "docs(search): what is found and what is not", "docs/search.md", tags=("v1.1.0-rc.1",)),
    Made("rafael", 18, "fix(search): treat ß and ss alike", "shop/search.py", tags=("v1.1.0",)),
    Made("mei", 21, "refactor(cart): name what a line costs", "shop/prices.py"),
    Made("nadia", 23, "feat(payments): pay by invoice", "shop/payments.py"),
    Made("jonas", 24, "feat(db): store payments", "migrations/0004_payments.sql"),
    Made("ines", 26, "docs(payments): who may pay by invoice", "docs/payments.md"),
    Made("rafael", 28, "ci: run the tests on PostgreSQL as well", "ci/tests.yml"),
    Made("nadia", 30, "feat(checkout): show delivery dates", "shop/delivery.py", tags=("v1.2.0",)),
    Made(
        "mei", 33, "fix(payments): ask the bank once, not per retry", "shop/payments.py",
        "The retry loop asked again although the first answer was still on its way.\n\nFixes #31", ("v1.2.1",),
    ),
    Made("jonas", 36, "feat(accounts): sign in with a link by e-mail", "shop/accounts.py"),
    Made("jonas", 37, "feat(db): store accounts", "migrations/0005_accounts.sql"),
    Made("ines", 40, "docs(accounts): what we keep and for how long", "docs/privacy.md"),
    Made("rafael", 43, "feat(accounts): order history", "shop/history.py", tags=("v1.3.0", "nightly-2026-09-15")),
    Made("mei", 46, "fix(accounts): links expire after an hour", "shop/accounts.py", tags=("v1.3.1",)),
    Made("nadia", 49, "fix(checkout): no delivery on holidays", "shop/delivery.py", tags=("v1.3.2",)),
    Made("rafael", 52, "build: move to Python 3.13", "pyproject.toml", text=_PROJECT),
    Made("mei", 54, "feat(cart): save a cart for later", "shop/cart.py", "Asked for by the support team.\n\nCloses #44"),
    Made("jonas", 55, "feat(db): keep saved carts", "migrations/0006_saved_carts.sql", text=_SAVED_CARTS),
    Made("ines", 57, "docs(cart): saved carts", "docs/carts.md"),
    Made("rafael", 58, "perf(catalog): load pictures when they are seen", "shop/catalog.py"),
    Made("nadia", 60, "fix(search): no result for an empty question", "shop/search.py", "Fixes #47"),
    Made(
        "mei", 61, "feat(payments): pay by card", "shop/payments.py",
        "Card numbers never reach us; the bank's page takes them.\n\nCloses #39\n"
        "Co-authored-by: Jonas Brandt <jonas@shop.example>", text=_CARD_BANK,
    ),
    Made("jonas", 62, "fix(db): carts of deleted accounts are deleted too", "migrations/0007_cart_owner.sql", text=_CART_OWNER),
    Made("ines", 63, "docs: how to roll back a migration", "docs/migrations.md"),
)  # fmt: skip
