// Which parts of an output, a template and a body belong together. Nothing of it touches
// the page.

// segments cuts an output into parts: {text, span, broken}. span is the index of the
// expression that wrote it, or -1 for plain text; the part at broken is marked.
export function segments(output, spans, broken = -1) {
  const out = [];
  let at = 0;
  const push = (from, to, span) => {
    if (to <= from) return;
    if (broken < from || broken >= to) {
      out.push({ text: output.slice(from, to), span, broken: false });
      return;
    }
    const end = broken + (output.codePointAt(broken) > 0xffff ? 2 : 1);
    push(from, broken, span);
    out.push({ text: output.slice(broken, end), span, broken: true });
    push(end, to, span);
  };
  spans.forEach((span, i) => {
    if (span.start < at) return;
    push(at, span.start, -1);
    push(span.start, span.end, span.text ? -1 : i);
    at = Math.max(at, span.end);
  });
  push(at, output.length, -1);
  if (broken >= output.length && output.length > 0) out.push({ text: '⌁', span: -1, broken: true });
  return out;
}

// innermost returns the indexes of the spans whose expression is at a place of the
// template: those of the shortest.
export function innermost(spans, at) {
  const here = spans.map((span, i) => ({ ...span, i })).filter(({ from, to, text }) => !text && from <= at && at <= to);
  const shortest = Math.min(...here.map(({ from, to }) => to - from));
  return here.filter(({ from, to }) => to - from === shortest).map(({ i }) => i);
}

// overlapping returns the indexes of the spans that read what is at a place of the body:
// those that read least.
export function overlapping(spans, at) {
  const here = spans.flatMap((span, i) => span.inputs.filter(({ start, end }) => start >= 0 && start <= at && at <= end).map(({ start, end }) => ({ i, size: end - start })));
  const least = Math.min(...here.map(({ size }) => size));
  return [...new Set(here.filter(({ size }) => size === least).map(({ i }) => i))];
}
