// What the view of plans shows, as text and points of lines. Nothing here touches the page.

export const number = (n) => n.toLocaleString('en', n < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
export const dollars = (n) => (n > 0 && n < 0.01 ? '< $0.01' : n.toLocaleString('en', { style: 'currency', currency: 'USD' }));

// query returns the part of the address that has what differs from nothing said, in the
// order of the fields.
export function query(fields) {
  const said = new URLSearchParams(fields.filter(({ value }) => value).map(({ name, value }) => [name, value])).toString();
  return said && `?${said}`;
}

// line returns the points of a line of values, in a picture of a size, below a maximum.
export function line(values, width, height, maximum) {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((v, i) => `${round(i * step)},${round(height - (maximum ? (v / maximum) * height : 0))}`).join(' ');
}

const round = (n) => Math.round(n * 10) / 10;

// summary says in words what the picture of a door shows.
export function summary(timeline) {
  const most = (key) => Math.max(...timeline.map((p) => p[key]));
  return `Up to ${number(most('offered'))} requests a second, ${number(most('busy'))} busy environments, ${number(most('refused'))} refused a second`;
}
