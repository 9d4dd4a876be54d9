// The map of a county's schools: clusters, search, colours by verdict or by one indicator; the zone and
// the township of the school that was chosen. All it draws comes from this site; words on it are drawn
// with the fonts of the machine. Many offices have no graphics card: lines are simplified, zones are read
// when they are asked for, and many of them are drawn only where one has come close enough to tell them apart.

const holder = document.getElementById("map");
const MARKS = { pass: "✓", m: "✓", n: "△", fail: "✗", u: "✗", not_assessed: "?", "?": "?", excluded: "–" };
const COLOURS = { "✓": "#0b5f4b", "△": "#774800", "✗": "#9c2a17", "?": "#53606e", "–": "#53606e" };
const MOST_FOUND = 12, MOST_ZONES = 300, CLOSE = 11;
const NONE = { type: "FeatureCollection", features: [] };

async function read(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "map" } });
  if (!answer.ok) { throw new Error(`${address}: ${answer.status}`); }
  return answer.json();
}

function shown(schools, indicator) {
  for (const { properties } of schools.features) {
    properties.m = indicator === "" ? MARKS[properties.s] : MARKS[properties.i[Number(indicator)]] ?? "–";
    properties.c = COLOURS[properties.m];
  }
  return schools;
}

function bounds(schools, engine) {
  const found = new engine.LngLatBounds();
  for (const feature of schools.features) { found.extend(feature.geometry.coordinates); }
  return found;
}

const box = (area) => area.geometry.coordinates.flat(2).reduce(
  ([west, south, east, north], [x, y]) => [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)],
  [180, 90, -180, -90],
);

// A name is written once, in the middle of its area.
function middles(outlines) {
  const named = outlines.features.filter((area) => area.properties.name);
  return { ...NONE, features: named.map((area) => {
    const [west, south, east, north] = box(area);
    return { ...area, geometry: { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] } };
  }) };
}

function style(schools, outlines) {
  const text = { "text-font": ["sans-serif"], "text-allow-overlap": true, "text-ignore-placement": true };
  const single = ["!", ["has", "point_count"]];
  return {
    version: 8,
    sources: {
      outlines: { type: "geojson", data: outlines, tolerance: 1, buffer: 16 },
      zones: { type: "geojson", data: NONE, tolerance: 1, buffer: 16 },
      chosen: { type: "geojson", data: NONE },
      named: { type: "geojson", data: middles(outlines) },
      schools: { type: "geojson", data: schools, cluster: true, clusterRadius: 36, clusterMaxZoom: 12 },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#eef2f5" } },
      { id: "areas", type: "fill", source: "outlines", paint: { "fill-color": "#ffffff", "fill-antialias": false } },
      { id: "borders", type: "line", source: "outlines", paint: { "line-color": "#8794a3", "line-width": 1.2 } },
      { id: "zones", type: "line", source: "zones", layout: { visibility: "none" },
        paint: { "line-color": "#14568c", "line-width": 1 } },
      { id: "zone", type: "fill", source: "chosen", filter: ["has", "school"], paint: { "fill-color": "#14568c", "fill-opacity": 0.2 } },
      { id: "chosen", type: "line", source: "chosen", paint: { "line-color": "#14568c", "line-width": 2.5 } },
      { id: "names", type: "symbol", source: "named",
        layout: { "text-font": ["sans-serif"], "text-field": ["get", "name"], "text-size": 13 },
        paint: { "text-color": "#53606e", "text-halo-color": "#fff", "text-halo-width": 1.5 } },
      { id: "groups", type: "circle", source: "schools", filter: ["has", "point_count"],
        paint: { "circle-color": "#14568c", "circle-stroke-color": "#fff", "circle-stroke-width": 2,
                 "circle-radius": ["step", ["get", "point_count"], 14, 10, 18, 100, 24] } },
      { id: "counts", type: "symbol", source: "schools", filter: ["has", "point_count"],
        layout: { ...text, "text-field": ["to-string", ["get", "point_count"]], "text-size": 13 }, paint: { "text-color": "#fff" } },
      { id: "schools", type: "circle", source: "schools", filter: single,
        paint: { "circle-color": ["get", "c"], "circle-radius": 10, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } },
      { id: "marks", type: "symbol", source: "schools", filter: single,
        layout: { ...text, "text-field": ["get", "m"], "text-size": 13 }, paint: { "text-color": "#fff" } },
    ],
  };
}

// Zones are read once, when they are first needed; where that fails, again the next time.
let zonesRead;
const zones = () => {
  zonesRead ??= holder.dataset.zones ? read(holder.dataset.zones) : Promise.resolve(NONE);
  zonesRead.catch(() => { zonesRead = undefined; });
  return zonesRead;
};

const inRing = ([x, y], ring) => ring.reduce((inside, [x1, y1], at) => {
  const [x2, y2] = ring[at ? at - 1 : ring.length - 1];
  return (y1 > y) !== (y2 > y) && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1) ? !inside : inside;
}, false);
const inArea = (point, area) => area.geometry.coordinates.flat().filter((ring) => inRing(point, ring)).length % 2 === 1;

// The township is the smallest of the areas drawn around the school: the county is larger.
function township(point, outlines) {
  const around = outlines.features.filter((area) => inArea(point, area));
  const width = ([west, , east]) => east - west;
  return around.sort((one, other) => width(box(one)) - width(box(other)))[0];
}

function say(properties, words) {
  const anchor = document.createElement("a");
  anchor.href = properties.u;
  anchor.textContent = `${properties.m} ${properties.n}`;
  document.getElementById("map-said").replaceChildren(anchor, words.filter(Boolean).map((word) => ` · ${word}`).join(""));
}

async function choose(map, school, outlines) {
  const { properties, geometry } = school, { zones: uploaded, zoned, unzoned } = holder.dataset;
  const around = township(geometry.coordinates, outlines);
  say(properties, [around?.properties.name]);
  const own = (await zones()).features.filter((zone) => zone.properties.school === properties.k);
  map.getSource("chosen").setData({ ...NONE, features: around ? [{ ...around, properties: {} }, ...own] : own });
  say(properties, [around?.properties.name, uploaded && (own.length ? zoned : unzoned)]);
}

async function showZones(map, wanted) {
  const found = await zones(), many = found.features.length > MOST_ZONES;
  map.getSource("zones").setData(found);
  map.setLayerZoomRange("zones", many ? CLOSE : 0, 24);
  map.setLayoutProperty("zones", "visibility", wanted ? "visible" : "none");
  document.getElementById("map-zones-close").hidden = !(wanted && many);
}

function tell(map, schools, outlines) {
  const byCode = new Map(schools.features.map((each) => [each.properties.k, each]));
  map.on("click", "schools", ({ features }) => choose(map, byCode.get(features[0].properties.k), outlines));
  document.getElementById("map-zones")?.addEventListener("change", ({ target }) => showZones(map, target.checked));
  map.on("click", "groups", async ({ features }) => {
    const zoom = await map.getSource("schools").getClusterExpansionZoom(features[0].properties.cluster_id);
    map.jumpTo({ center: features[0].geometry.coordinates, zoom });
  });
  for (const layer of ["schools", "groups"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  document.getElementById("map-search").addEventListener("input", (event) => {
    find(map, schools, event.target.value.trim(), outlines);
  });
}

function find(map, schools, words, outlines) {
  const list = document.getElementById("map-found");
  const found = words === "" ? [] : schools.features.filter((each) => each.properties.n.includes(words));
  list.replaceChildren(...found.slice(0, MOST_FOUND).map((each) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.className = "btn btn-sm";
    button.type = "button";
    button.textContent = each.properties.n;
    button.addEventListener("click", () => {
      map.jumpTo({ center: each.geometry.coordinates, zoom: 14 });
      choose(map, each, outlines);
    });
    item.append(button);
    return item;
  }));
  list.hidden = found.length === 0;
}

async function draw() {
  const { schools: from, outlines: around, engine: address, worker, label, closer, farther } = holder.dataset;
  const [engine, schools, outlines] = await Promise.all([import(address), read(from), around ? read(around) : NONE]);
  engine.setWorkerUrl(new URL(worker, location.href).href);
  holder.hidden = false;
  const map = new engine.Map({
    container: holder, style: style(shown(schools, ""), outlines), bounds: bounds(schools, engine),
    fitBoundsOptions: { padding: 40, maxZoom: 14 }, maxZoom: 17, attributionControl: false, dragRotate: false, fadeDuration: 0,
    renderWorldCopies: false,
    locale: { "Map.Title": label, "NavigationControl.ZoomIn": closer, "NavigationControl.ZoomOut": farther },
  });
  map.addControl(new engine.NavigationControl({ showCompass: false }));
  document.getElementById("map-tools").hidden = false;
  document.getElementById("map-shown").addEventListener("change", (event) => {
    map.getSource("schools").setData(shown(schools, event.target.value));
  });
  tell(map, schools, outlines);
  map.once("idle", () => { holder.classList.add("map-drawn"); still(); });
}

// The picture of the map is for paper, and for a browser that cannot draw the map: read when that is known.
function still() {
  const picture = document.getElementById("map-still");
  picture.src = picture.dataset.src;
  picture.hidden = false;
}

if (holder) { draw().catch((error) => { holder.hidden = true; still(); throw error; }); }
