"""Reading CSV as it arrives: pieces of bytes in, records with their line out, memory flat.

However the bytes are cut into pieces, the records are the same. A line that cannot be part of a
record costs itself and no other: after a quotation mark that nobody closes, reading goes on with the
line that follows.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

RECORD_CHARACTERS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the line it begins on; without fields where it is none."""

    line: int
    fields: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file; without text where it is longer than a record may be."""

    number: int
    text: str | None


@dataclass(slots=True)
class ListReader:
    """Reads one file; the first record is its header, and says how many fields the others have."""

    encoding: str
    width: int | None = None
    decoder: io.IncrementalNewlineDecoder = field(init=False)
    rest: str = ""
    is_rest_too_long: bool = False
    lines_read: int = 0
    open: list[Line] = field(default_factory=list)
    open_characters: int = 0
    in_quotes: bool = False

    def __post_init__(self) -> None:
        inner = codecs.getincrementaldecoder(self.encoding)("replace")
        self.decoder = io.IncrementalNewlineDecoder(inner, translate=True)

    def feed(self, data: bytes) -> Iterator[Record]:
        """Yield the records that the next piece completes."""
        for line in self.split(self.decoder.decode(data)):
            yield from self.take(line)

    def finish(self) -> Iterator[Record]:
        """Yield what is left when the file has ended."""
        for line in self.split(self.decoder.decode(b"", final=True)):
            yield from self.take(line)
        if self.rest or self.is_rest_too_long:
            yield from self.take(self.end_line())
        while self.open:
            first, *others = self.close()
            yield Record(first.number, None)
            for line in others:
                yield from self.take(line)

    def split(self, text: str) -> Iterator[Line]:
        """Yield the lines that a piece of text completes."""
        *ended, rest = text.split("\n")
        for part in ended:
            self.add(part)
            yield self.end_line()
        self.add(rest)

    def add(self, part: str) -> None:
        """Add to the line under way, as far as a line may go."""
        if len(self.rest) + len(part) > RECORD_CHARACTERS_MAX:
            self.is_rest_too_long, self.rest = True, ""
        elif not self.is_rest_too_long:
            self.rest += part

    def end_line(self) -> Line:
        """Return the line under way, which has ended."""
        self.lines_read += 1
        line = Line(self.lines_read, None if self.is_rest_too_long else self.rest)
        self.rest, self.is_rest_too_long = "", False
        return line

    def take(self, line: Line) -> Iterator[Record]:
        """Yield the record that a line completes; blank lines between records are none."""
        waiting = deque([line])
        while waiting:
            current = waiting.popleft()
            if not self.open and current.text is not None and not current.text.strip():
                continue
            self.open.append(current)
            if current.text is not None:
                self.open_characters += len(current.text)
                self.in_quotes = stays_open(current.text, in_quotes=self.in_quotes)
                if self.in_quotes and self.open_characters <= RECORD_CHARACTERS_MAX:
                    continue
            record = self.record()
            lines = self.close()
            if record.fields is None:
                waiting.extendleft(reversed(lines[1:]))
            yield record

    def record(self) -> Record:
        """Read the lines under way as one record."""
        first, texts = self.open[0].number, [line.text for line in self.open if line.text is not None]
        if len(texts) < len(self.open) or self.in_quotes or self.open_characters > RECORD_CHARACTERS_MAX:
            return Record(first, None)
        try:
            fields = tuple(next(csv.reader([f"{text}\n" for text in texts], strict=True)))
        except csv.Error:  # something stands between a closing quotation mark and the comma
            return Record(first, None)
        if self.width is None:
            self.width = len(fields)
        return Record(first, fields if len(fields) == self.width else None)

    def close(self) -> list[Line]:
        """Return the lines under way and begin anew."""
        lines = self.open
        self.open, self.open_characters, self.in_quotes = [], 0, False
        return lines


def stays_open(text: str, *, in_quotes: bool) -> bool:
    """Say whether a quoted field goes on after a line; a quotation mark inside a plain field is a letter."""
    if '"' not in text:
        return in_quotes
    at_start, just_closed = not in_quotes, False
    for character in text:
        if in_quotes:
            in_quotes = character != '"'
            just_closed = not in_quotes
            continue
        in_quotes = character == '"' and (at_start or just_closed)
        at_start, just_closed = character == ",", False
    return in_quotes
