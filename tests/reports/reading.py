"""What a report prints, read from the HTML of its sections."""

from lxml import html

from reports import pages


class Table:
    """A table as it is read: without marks of footnotes, and without what stands small beside a value."""

    def __init__(self, element):
        for node in element.xpath(".//sup|.//span[@class='aside']|.//span[@class='exhibit']"):
            node.drop_tree()
        self.title = read(element.find("caption"))
        self.heads = [read(cell) for cell in element.xpath("./thead/tr[last()]/th")]
        rows = element.xpath("./tbody/tr")
        self.rows = [[read(cell) for cell in row] for row in rows if row.get("class") != "total"]
        self.total = next(([read(cell) for cell in row][1:] for row in rows if row.get("class") == "total"), [])

    def under(self, name: str) -> dict[str, str]:
        """A column by the first one."""
        at = self.heads.index(name)
        return {row[0]: row[at] for row in self.rows if len(row) == len(self.heads)}


def read(element) -> str:
    return " ".join(element.text_content().split())


class Page:
    """The sections of a report, as their HTML prints them."""

    def __init__(self, taken):
        self.sections = {
            placed.facts.slug: html.fromstring(f"<div>{placed.html}</div>") for placed in pages.placed(taken)
        }
        self.found = {
            slug: [Table(element) for element in section.iter("table")] for slug, section in self.sections.items()
        }

    def table(self, slug: str, title: str) -> Table | None:
        return next((one for one in self.found.get(slug, ()) if one.title.startswith(title)), None)

    def tables(self, slug: str, title: str = "") -> list[Table]:
        return [one for one in self.found.get(slug, ()) if one.title.startswith(title)]

    def texts(self, slug: str) -> list[str]:
        section = self.sections.get(slug)
        return [] if section is None else [read(node) for node in section.xpath(".//p")]

    def sentence(self, slug: str, start: str, but: str = "\n") -> str:
        texts = (text for text in self.texts(slug) if not text.startswith(but))
        return next((text for text in texts if text.startswith(start)), "")

    def tiles(self, slug: str) -> list[tuple[str, str]]:
        return [
            tuple(read(node) for node in tile.xpath("./p"))
            for tile in self.sections[slug].xpath(".//div[contains(@class, 'tile ') or @class='tile']")
        ]
