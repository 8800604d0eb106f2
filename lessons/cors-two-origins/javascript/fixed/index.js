// Sends the caller's origin back if it is in the list.
const allowed = ["https://app.example", "https://admin.example"];

exports.handler = async (event) => {
  const headers = { Vary: "Origin" };
  const origin = event.headers.origin ?? event.headers.Origin;
  if (allowed.includes(origin)) {
    headers["Access-Control-Allow-Origin"] = origin;
  }
  return { statusCode: 200, headers, body: JSON.stringify({ Hello: "World" }) };
};
