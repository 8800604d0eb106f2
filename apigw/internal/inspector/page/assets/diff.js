// What differs between two texts or two lists of headers. Nothing here touches the page.

// pretty writes JSON with line breaks, and other text as it is. Numbers and escapes
// stay as they were written.
export function pretty(text) {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let out = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g);
  tokens.forEach((token, i) => {
    if (token === '}' || token === ']') {
      depth--;
      out += '[{'.includes(tokens[i - 1]) ? token : line() + token;
    } else if (token === '{' || token === '[') {
      depth++;
      out += ']}'.includes(tokens[i + 1]) ? token : token + line();
    } else if (token === ',') {
      out += token + line();
    } else {
      out += token === ':' ? ': ' : token;
    }
  });
  return out;
}

// maxLines is up to where lines are compared one by one: the time grows with the
// square.
const maxLines = 600;

// lines returns the lines of two texts, each with whether the other has it too.
export function lines(before, after) {
  const a = before.split('\n');
  const b = after.split('\n');
  if (before === after) return [a.map((text) => ({ text, same: true })), b.map((text) => ({ text, same: true }))];
  if (a.length > maxLines || b.length > maxLines) {
    const inA = new Set(a);
    const inB = new Set(b);
    return [a.map((text) => ({ text, same: inB.has(text) })), b.map((text) => ({ text, same: inA.has(text) }))];
  }
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j]
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const left = a.map((text) => ({ text, same: false }));
  const right = b.map((text) => ({ text, same: false }));
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      left[i++].same = true;
      right[j++].same = true;
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
      i++;
    } else {
      j++;
    }
  }
  return [left, right];
}

// fields compares two lists of {name, values} without regard to the case of names. It
// returns the second with a state each, "same", "added" or "changed", and the first
// with "same", "removed" or "changed".
export function fields(before, after) {
  const index = (list) => new Map((list ?? []).map((field) => [field.name.toLowerCase(), field.values.join('\u0000')]));
  const left = index(before);
  const right = index(after);
  const state = (list, other, missing) => (list ?? []).map((field) => {
    const name = field.name.toLowerCase();
    const values = field.values.join('\u0000');
    return { ...field, state: !other.has(name) ? missing : other.get(name) === values ? 'same' : 'changed' };
  });
  return [state(before, right, 'removed'), state(after, left, 'added')];
}
