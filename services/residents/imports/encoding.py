"""Which encoding a file is in: offices send UTF-8, with and without a mark, and GB18030 (GBK)."""

import codecs
from dataclasses import dataclass, field

REPLACEMENT = "\ufffd"
UTF_8 = "utf-8-sig"
GB18030 = "gb18030"


@dataclass(slots=True)
class EncodingGuess:
    """Reads a file as it passes by, under both encodings, and keeps the one with fewer faults."""

    utf_8: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))
    gb18030: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder(GB18030)("replace"))
    utf_8_faults: int = 0
    gb18030_faults: int = 0

    def feed(self, data: bytes, *, final: bool = False) -> None:
        """Take the next piece of the file."""
        self.utf_8_faults += self.utf_8.decode(data, final).count(REPLACEMENT)
        self.gb18030_faults += self.gb18030.decode(data, final).count(REPLACEMENT)

    @property
    def encoding(self) -> str:
        """Return the encoding to read the file in; what is plain ASCII is UTF-8 as well."""
        return UTF_8 if self.utf_8_faults <= self.gb18030_faults else GB18030
