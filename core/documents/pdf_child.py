"""Runs by its path, in a process of its own: JSON in by standard input, a PDF or a sentence of Typst's out.

Typst keeps hundreds of MB in a cache that nothing empties, and its memory grows with what people typed. So it is
held by limits, and goes when its page is done. Imports nothing of ours: isolated Python would not find it.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY_BYTES = 1 << 30      # of address space; 1,000 rows needed less than 400 MB
PROCESSOR_SECONDS = 60
HERE = Path(__file__).parent


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import typst  # under the limits

    order = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=order["system_fonts"], include_embedded_fonts=False,
                        font_paths=[str(HERE / "fonts")])
    try:
        pdf = typst.compile(str(HERE / "pdf.typ"), root=str(HERE), font_paths=fonts,
                            sys_inputs={"document": json.dumps(order["document"])}, pdf_standards=order["standards"])
    except typst.TypstError as error:
        print(error.message, error.diagnostic, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
