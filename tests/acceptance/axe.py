"""axe-core in the page: what keeps somebody with a disability out."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.async_api import Page

PACKAGE = "axe_playwright_python"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# HTML has no role for a text of several lines with completions. Screen readers do read
# a textarea as a combobox, and the rule is a best practice, not one of WCAG.
RUN = """
async (tags) => {
  const { violations } = await axe.run({
    runOnly: { type: "tag", values: tags },
    rules: { "aria-allowed-role": { enabled: false } },
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`));
}
"""


async def axe_violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it stands; skip the test without it."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        pytest.skip(f"no {PACKAGE} installed: .ci/requirements-dev.txt brings it")
    script = Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")
    # As an expression of its own: the page's policy lets no script of others in.
    await page.evaluate(f"() => {{ {script} }}")
    violations: list[str] = await page.evaluate(RUN, RULES)
    return violations
