// Lets the pages of a list read the response, with cookies.
const trusted = ["https://app.example", "https://admin.example"];

exports.handler = async (event) => respond(event, 200, { Hello: "World" });

// respond makes every response of this function, errors too.
function respond(event, statusCode, data) {
  const headers = { Vary: "Origin" };
  const origin = event.headers.origin ?? event.headers.Origin;
  if (trusted.includes(origin)) {
    headers["Access-Control-Allow-Origin"] = origin;
    headers["Access-Control-Allow-Credentials"] = "true";
  }
  return { statusCode, headers, body: JSON.stringify(data) };
}
