"""Measures the contrast of every text that a page shows, as WCAG 2 does."""

from playwright.async_api import Page

AA_TEXT = 4.5
AA_LARGE_TEXT = 3.0

# Colours are painted on a canvas first, because CSS has more ways to write them than a
# test should parse.
MEASURE = """
([aa, aaLarge]) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], alpha: a / 255 };
  };
  const over = (top, bottom) =>
    top.rgb.map((c, i) => c * top.alpha + bottom[i] * (1 - top.alpha));
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const own = rgba(getComputedStyle(node).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, ground(node.parentElement));
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const isLarge = ({ fontSize, fontWeight }) =>
    parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && fontWeight >= 700);

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    const isSeen = node.checkVisibility() && !node.closest("[inert]");
    if (!isSeen || !text.data.trim()) continue;
    const style = getComputedStyle(node);
    const behind = ground(node);
    const found = ratio(over(rgba(style.color), behind), behind);
    if (found < (isLarge(style) ? aaLarge : aa)) {
      poor.push(`${found.toFixed(2)} ${node.className}: ${text.data.trim()}`);
    }
  }
  return poor;
}
"""


async def poor_contrasts(page: Page) -> list[str]:
    """Return the texts that WCAG AA finds too faint, each with its ratio."""
    poor: list[str] = await page.evaluate(MEASURE, [AA_TEXT, AA_LARGE_TEXT])
    return poor
