// Measures the round trip from this page's visitor to each region, and posts it: see docs/howto/latency.md.
//
//   measure({
//     regions: {"eu-west": "https://eu-west.example.com/empty", "us-east": "https://us-east.example.com/empty"},
//     post: "/latency",                              // your application, which passes it on with its token; or
//     pass: {client: "…", until: 1789000000, mac: "…"}  // the node itself (through your proxy), with a pass
//   });
//
// The first fetch of a region opens the connection and is not counted; of the others the least is what counts, since
// whatever disturbs a fetch makes it longer. Cookies and caches stay out of it. Nothing is shown to the visitor, and
// nothing happens while the page is still loading, hidden, or on a connection that saves data.

async function roundTrip(url, times, now, get) {
  const options = {cache: "no-store", credentials: "omit", mode: "no-cors", redirect: "error"};
  let least = Infinity;
  for (let number = 0; number <= times; number++) {
    const mark = (url.includes("?") ? "&" : "?") + "m=" + number;
    const begun = now();
    await get(url + mark, {...options, signal: AbortSignal.timeout(5000)});
    if (number > 0) least = Math.min(least, now() - begun);
  }
  return least;
}

async function measure(settings) {
  const {regions, post, pass, times = 3, now = () => performance.now(), get = fetch, send = beacon} = settings;
  const names = Object.keys(regions);
  for (let last = names.length - 1; last > 0; last--) {  // a fixed order would favour whoever comes first
    const other = Math.floor(Math.random() * (last + 1));
    [names[last], names[other]] = [names[other], names[last]];
  }
  const samples = [];
  for (const region of names) {
    try {
      samples.push({region, ms: Math.round((await roundTrip(regions[region], times, now, get)) * 100) / 100});
    } catch {
      // a region that does not answer has no round trip
    }
  }
  const sane = samples.filter(one => one.ms >= 0.05 && one.ms <= 10000);
  if (sane.length) send(post, JSON.stringify(pass ? {pass, samples: sane} : {samples: sane}));
  return sane;
}

function beacon(url, text) {
  navigator.sendBeacon(url, text);  // text/plain: no question beforehand, and it outlives the page
}

function measureLater(settings) {
  const saving = navigator.connection && navigator.connection.saveData;
  const start = () => setTimeout(() => document.hidden || measure(settings), 3000);
  if (saving) return;
  if (document.readyState === "complete") start();
  else addEventListener("load", start, {once: true});
}

if (typeof module !== "undefined") module.exports = {measure, roundTrip};
