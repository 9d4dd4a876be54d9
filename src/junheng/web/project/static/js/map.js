// The map of a county's schools: clusters, search, colours by verdict or by one indicator.
// All it draws comes from this site; words on it are drawn with the fonts of the machine.

const holder = document.getElementById("map");
const MARKS = { pass: "✓", m: "✓", n: "△", fail: "✗", u: "✗", not_assessed: "?", "?": "?", excluded: "–" };
const COLOURS = { "✓": "#0b5f4b", "△": "#774800", "✗": "#9c2a17", "?": "#53606e", "–": "#53606e" };
const MOST_FOUND = 12;

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

const NOWHERE = ["==", ["get", "school"], ""];

function style(schools, outlines, zones) {
  const text = { "text-font": ["sans-serif"], "text-allow-overlap": true, "text-ignore-placement": true };
  const single = ["!", ["has", "point_count"]];
  return {
    version: 8,
    sources: {
      outlines: { type: "geojson", data: outlines },
      zones: { type: "geojson", data: zones },
      schools: { type: "geojson", data: schools, cluster: true, clusterRadius: 36, clusterMaxZoom: 12 },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#eef2f5" } },
      { id: "areas", type: "fill", source: "outlines", paint: { "fill-color": "#ffffff" } },
      { id: "borders", type: "line", source: "outlines", paint: { "line-color": "#8794a3", "line-width": 1.2 } },
      { id: "zones", type: "line", source: "zones", layout: { visibility: "none" },
        paint: { "line-color": "#14568c", "line-width": 1, "line-dasharray": [3, 2] } },
      { id: "zone", type: "fill", source: "zones", filter: NOWHERE, paint: { "fill-color": "#14568c", "fill-opacity": 0.2 } },
      { id: "names", type: "symbol", source: "outlines", filter: ["to-boolean", ["get", "name"]],
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

function link(properties) {
  const anchor = document.createElement("a");
  anchor.href = properties.u;
  anchor.textContent = `${properties.m} ${properties.n}`;
  return anchor;
}

function choose(map, properties) {
  document.getElementById("map-said").replaceChildren(link(properties));
  map.setFilter("zone", ["==", ["get", "school"], properties.k]);
}

function tell(map, schools) {
  map.on("click", "schools", ({ features }) => choose(map, features[0].properties));
  document.getElementById("map-zones")?.addEventListener("change", ({ target }) => {
    map.setLayoutProperty("zones", "visibility", target.checked ? "visible" : "none");
  });
  map.on("click", "groups", async ({ features }) => {
    const zoom = await map.getSource("schools").getClusterExpansionZoom(features[0].properties.cluster_id);
    map.jumpTo({ center: features[0].geometry.coordinates, zoom });
  });
  for (const layer of ["schools", "groups"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  document.getElementById("map-search").addEventListener("input", (event) => {
    find(map, schools, event.target.value.trim());
  });
}

function find(map, schools, words) {
  const list = document.getElementById("map-found");
  const found = words === "" ? [] : schools.features.filter((each) => each.properties.n.includes(words));
  list.replaceChildren(...found.slice(0, MOST_FOUND).map((each) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.className = "btn btn-sm";
    button.type = "button";
    button.textContent = each.properties.n;
    button.addEventListener("click", () => {
      map.jumpTo({ center: each.geometry.coordinates, zoom: 14 });
      choose(map, each.properties);
    });
    item.append(button);
    return item;
  }));
  list.hidden = found.length === 0;
}

async function draw() {
  const empty = { type: "FeatureCollection", features: [] };
  const { schools: from, outlines: around, zones: of, engine: address, worker, label, closer, farther } = holder.dataset;
  const [engine, schools, outlines, zones] = await Promise.all(
    [import(address), read(from), around ? read(around) : empty, of ? read(of) : empty],
  );
  engine.setWorkerUrl(new URL(worker, location.href).href);
  holder.hidden = false;
  const map = new engine.Map({
    container: holder, style: style(shown(schools, ""), outlines, zones), bounds: bounds(schools, engine),
    fitBoundsOptions: { padding: 40, maxZoom: 14 }, maxZoom: 17, attributionControl: false, dragRotate: false, fadeDuration: 0,
    locale: { "Map.Title": label, "NavigationControl.ZoomIn": closer, "NavigationControl.ZoomOut": farther },
  });
  map.addControl(new engine.NavigationControl({ showCompass: false }));
  document.getElementById("map-tools").hidden = false;
  document.getElementById("map-shown").addEventListener("change", (event) => {
    map.getSource("schools").setData(shown(schools, event.target.value));
  });
  tell(map, schools);
  map.once("idle", () => { holder.classList.add("map-drawn"); });
}

if (holder) { draw(); }
