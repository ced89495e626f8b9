"""What a browser sends, before anything reads it: bounded, and without characters that nothing can keep."""

import re

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property

# PostgreSQL keeps no NUL, a .docx none of these; nobody types them. Word pastes its soft line break as VT.
BREAKS = re.compile("[\x0b\x0c]")
UNKEEPABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST_QUERY = 8_000                   # each value of a list's filter stands in each address on its page
STRANGERS_BYTES = 256 * 1024            # who is not signed in sends a form, never a file


def keepable(text: str) -> str:
    """The text without what no database and no document can hold."""
    return UNKEEPABLE.sub("", BREAKS.sub("\n", text))


class Parser(FormDataParser):
    """Werkzeug bounds only the other kind of form: 20 MB of `a&a&a` took a minute and 900 MB."""

    def _parse_urlencoded(self, stream, mimetype, content_length, options):
        body = stream.read(self.max_form_memory_size + 1)
        if len(body) > self.max_form_memory_size or body.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge()
        return super()._parse_urlencoded(_Read(body), mimetype, content_length, options)

    def parse(self, *arguments, **more):
        stream, form, files = super().parse(*arguments, **more)
        for file in files.values():
            file.filename = keepable(file.filename or "")
        return stream, self.cls((keepable(name), keepable(value)) for name, value in form.items(multi=True)), files


class _Read:
    """A body that was read already."""

    def __init__(self, body):
        self.body = body

    def read(self):
        return self.body


class Sent(Request):
    """The request of every page."""

    form_data_parser_class = Parser

    @cached_property
    def args(self):
        return self.parameter_storage_class((keepable(name), keepable(value))
                                            for name, value in super().args.items(multi=True))
