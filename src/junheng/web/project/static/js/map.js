// The map of a county's schools: groups, search, colours by verdict or by one indicator; the zone and
// the township of the school that was chosen. All it draws comes from this site. Many offices have no
// graphics card: lines are one flat picture, schools and groups are buttons, both made only where one looks
// and only when a move has ended; zones are read when they are asked for, many of them drawn only close by.

const holder = document.getElementById("map");
const MARKS = { pass: "✓", m: "✓", n: "△", fail: "✗", u: "✗", not_assessed: "?", "?": "?", excluded: "–" };
const LOOKS = { "✓": "good", "△": "near", "✗": "bad", "?": "calm", "–": "calm" };
const MOST_FOUND = 12, MOST_ZONES = 300, CLOSE = 12, NEAR = 15, NEAREST = 18;
const GROUPS = { radius: 44, extent: 256, maxZoom: 13 };
const SPARE = 0.2;
const NONE = { type: "FeatureCollection", features: [] };

async function read(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "map" } });
  if (!answer.ok) { throw new Error(`${address}: ${answer.status}`); }
  return answer.json();
}

function marked(schools, indicator) {
  for (const { properties } of schools.features) {
    properties.m = indicator === "" ? MARKS[properties.s] : MARKS[properties.i[Number(indicator)]] ?? "–";
  }
}

// Places as parts of the square that the map makes of the world.
const across = (lon) => lon / 360 + 0.5;
const down = (lat) => 0.5 - Math.asinh(Math.tan(Math.max(-85, Math.min(85, lat)) * Math.PI / 180)) / (2 * Math.PI);

function traced(area) {
  let west = 1, north = 1, east = 0, south = 0;
  const rings = area.geometry.coordinates.flat().map((ring) => {
    const found = new Float64Array(2 * ring.length);
    ring.forEach(([lon, lat], at) => {
      const x = found[2 * at] = across(lon), y = found[2 * at + 1] = down(lat);
      west = Math.min(west, x);
      north = Math.min(north, y);
      east = Math.max(east, x);
      south = Math.max(south, y);
    });
    return found;
  });
  return { area, rings, west, north, east, south };
}

// A line is drawn without the points that fall on its last one.
function line(pen, ring, { scale, left, top }) {
  for (let at = 0, lastX = Infinity, lastY = Infinity; at < ring.length; at += 2) {
    const x = ring[at] * scale - left, y = ring[at + 1] * scale - top;
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 1.5) { continue; }
    if (at) { pen.lineTo(x, y); } else { pen.moveTo(x, y); }
    lastX = x;
    lastY = y;
  }
  pen.closePath();
}

// Each area is a path of its own, and lines are one pixel wide: without a graphics card that is several times as fast.
function trace(pen, areas, view, finish) {
  for (const area of areas.filter(view.holds)) {
    pen.beginPath();
    for (const ring of area.rings) { line(pen, ring, view); }
    finish(area);
  }
}

// What of the map the picture holds: some more than one sees, so that a pan shows no empty edge.
function viewed({ map }) {
  const size = map.getSize(), corner = map.containerPointToLayerPoint(size.multiplyBy(-SPARE)).round();
  const wide = Math.round(size.x * (1 + 2 * SPARE)), high = Math.round(size.y * (1 + 2 * SPARE));
  const scale = map.options.crs.scale(map.getZoom()), { x: left, y: top } = map.getPixelOrigin().add(corner);
  const holds = (area) => area.east * scale > left && area.west * scale < left + wide
    && area.south * scale > top && area.north * scale < top + high;
  return { scale, left, top, wide, high, corner, holds };
}

function picture(sheet, view) {
  const { canvas } = sheet, ratio = window.devicePixelRatio || 1;
  const width = Math.round(view.wide * ratio), height = Math.round(view.high * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    Object.assign(canvas.style, { width: `${view.wide}px`, height: `${view.high}px` });
  }
  const pen = canvas.getContext("2d", { alpha: false });
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = "#eef2f5";
  pen.fillRect(0, 0, view.wide, view.high);
  lines(pen, sheet, view);
  names(pen, sheet, view);
}

function lines(pen, { map, outlines, zones, zonesShown, chosen }, view) {
  Object.assign(pen, { fillStyle: "#fff", strokeStyle: "#8794a3", lineWidth: 1 });
  trace(pen, outlines, view, () => pen.fill("evenodd"));
  trace(pen, outlines, view, () => pen.stroke());
  Object.assign(pen, { fillStyle: "#14568c33", strokeStyle: "#14568c" });
  if (zonesShown && (zones.length <= MOST_ZONES || map.getZoom() >= CLOSE)) { trace(pen, zones, view, () => pen.stroke()); }
  pen.lineWidth = 2.5;
  trace(pen, chosen, view, ({ area }) => {
    if (area.properties.school) { pen.fill("evenodd"); }
    pen.stroke();
  });
}

// A name is written once, in the middle of its area, and not over another.
function names(pen, { outlines }, view) {
  const written = [];
  Object.assign(pen, { font: "13px sans-serif", textAlign: "center", textBaseline: "middle", lineJoin: "round" });
  Object.assign(pen, { fillStyle: "#53606e", strokeStyle: "#fff", lineWidth: 3 });
  for (const each of outlines) {
    const { name } = each.area.properties;
    if (!name || !view.holds(each)) { continue; }
    const x = (each.west + each.east) / 2 * view.scale - view.left, y = (each.north + each.south) / 2 * view.scale - view.top;
    const half = pen.measureText(name).width / 2 + 2;
    if (written.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 18)) { continue; }
    written.push({ x, y, half });
    pen.strokeText(name, x, y);
    pen.fillText(name, x, y);
  }
}

function button({ properties: { point_count: many, m: mark, n: name } }) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = many ? `map-group map-${many < 10 ? "few" : many < 100 ? "some" : "many"}` : `map-school map-${LOOKS[mark]}`;
  made.textContent = many || mark;
  made.title = many ? `${holder.dataset.group} ${many}` : `${name} · ${document.querySelector(`[data-mark="${mark}"]`).textContent}`;
  made.setAttribute("aria-label", made.title);
  return made;
}

// Those that stay keep their button; where the one with the focus goes, the map has it.
function points(sheet, view) {
  const { map, held, buttons, index } = sheet, found = new Map(), zoom = map.getZoom(), origin = map.getPixelOrigin();
  const seen = map.getBounds().pad(SPARE);
  for (const each of index.getClusters([seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()], zoom)) {
    const { properties, geometry: { coordinates: [x, y] } } = each, key = properties.cluster ? each.id : properties.k;
    const node = held.get(key)?.node ?? button(each);
    Object.assign(node.style, { left: `${across(x) * view.scale - origin.x}px`, top: `${down(y) * view.scale - origin.y}px` });
    found.set(key, { node, each });
  }
  const gone = [...held].filter(([key]) => !found.has(key)).map(([, { node }]) => node);
  if (gone.includes(document.activeElement)) { holder.focus({ preventScroll: true }); }
  for (const node of gone) { node.remove(); }
  buttons.append(...[...found].filter(([key]) => !held.has(key)).map(([, { node }]) => node));
  sheet.held = found;
}

function redraw(sheet) {
  const view = viewed(sheet), { map, canvas, buttons } = sheet;
  sheet.drawn = { zoom: map.getZoom(), corners: [[canvas, view.corner], [buttons, view.corner.multiplyBy(0)]].map(([node, at]) => {
    leaflet.DomUtil.setTransform(node, at);
    return [node, map.layerPointToLatLng(at)];
  }) };
  picture(sheet, view);
  points(sheet, view);
}

// While the map zooms, what was drawn grows or shrinks as a whole; it is drawn anew when that has ended.
function grow({ map, drawn }, { center, zoom }) {
  const from = map.project(center, zoom).subtract(map.getSize().divideBy(2)).subtract(map.containerPointToLayerPoint([0, 0]));
  for (const [node, corner] of drawn.corners) {
    leaflet.DomUtil.setTransform(node, map.project(corner, zoom).subtract(from), map.getZoomScale(zoom, drawn.zoom));
  }
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
  const around = outlines.filter(({ area }) => inArea(point, area));
  return around.sort((one, other) => (one.east - one.west) - (other.east - other.west))[0];
}

function say(properties, words) {
  const anchor = document.createElement("a");
  anchor.href = holder.dataset.school.replace("/0/", `/${properties.p}/`);
  anchor.textContent = `${properties.m} ${properties.n}`;
  document.getElementById("map-said").replaceChildren(anchor, words.filter(Boolean).map((word) => ` · ${word}`).join(""));
}

async function choose(sheet, { properties, geometry }) {
  const { zones: uploaded, zoned, unzoned } = holder.dataset, around = township(geometry.coordinates, sheet.outlines);
  const name = around?.area.properties.name;
  say(properties, [name]);
  const own = (await zones()).features.filter((zone) => zone.properties.school === properties.k);
  sheet.chosen = [...(around ? [around] : []), ...own.map(traced)];
  picture(sheet, viewed(sheet));
  say(properties, [name, uploaded && (own.length ? zoned : unzoned)]);
}

async function showZones(sheet, wanted) {
  const { features } = await zones();
  sheet.zones ??= features.map(traced);
  sheet.zonesShown = wanted;
  redraw(sheet);
  document.getElementById("map-zones-close").hidden = !(wanted && features.length > MOST_ZONES);
}

function go(sheet, { properties, geometry: { coordinates: [x, y] }, id }) {
  sheet.map.setView([y, x], properties.cluster ? sheet.index.getClusterExpansionZoom(id) : NEAR, { animate: false });
}

function tell(sheet, schools) {
  const { map, buttons } = sheet;
  const of = (target) => [...sheet.held.values()].find(({ node }) => node === target)?.each;
  map.on({ moveend: () => redraw(sheet), zoomanim: (event) => grow(sheet, event) });
  map.on("zoom", () => grow(sheet, { center: map.getCenter(), zoom: map.getZoom() }));
  buttons.addEventListener("click", ({ target, detail }) => {
    const each = of(target);
    if (!each || (detail && map.dragging.moved())) { return; }
    if (each.properties.cluster) { go(sheet, each); } else { choose(sheet, each); }
  });
  buttons.addEventListener("focusin", ({ target }) => {
    const [x, y] = of(target).geometry.coordinates;
    if (target.matches(":focus-visible")) { map.panInside([y, x], { padding: [40, 40], animate: false }); }
  });
  document.getElementById("map-zones")?.addEventListener("change", ({ target }) => showZones(sheet, target.checked));
  document.getElementById("map-shown").addEventListener("change", ({ target }) => {
    marked(schools, target.value);
    buttons.replaceChildren();
    sheet.held.clear();
    redraw(sheet);
  });
  document.getElementById("map-search").addEventListener("input", ({ target }) => find(sheet, schools, target.value.trim()));
}

function find(sheet, schools, words) {
  const list = document.getElementById("map-found");
  const found = words === "" ? [] : schools.features.filter((each) => each.properties.n.includes(words));
  list.replaceChildren(...found.slice(0, MOST_FOUND).map((each) => {
    const item = document.createElement("li"), made = document.createElement("button");
    made.className = "btn btn-sm";
    made.type = "button";
    made.textContent = each.properties.n;
    made.addEventListener("click", () => {
      list.hidden = true;
      holder.focus();
      go(sheet, each);
      choose(sheet, each);
    });
    item.append(made);
    return item;
  }));
  list.hidden = found.length === 0;
}

function mapOf(engine, schools) {
  const { closer, farther } = holder.dataset, calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = engine.map(holder, {
    attributionControl: false, zoomControl: false, maxZoom: NEAREST, fadeAnimation: false,
    zoomAnimation: !calm, inertia: !calm, wheelDebounceTime: calm ? 200 : 40,
  });
  engine.control.zoom({ zoomInTitle: closer, zoomOutTitle: farther }).addTo(map);
  const places = schools.features.map(({ geometry: { coordinates: [x, y] } }) => [y, x]);
  return map.fitBounds(places, { padding: [40, 40], maxZoom: NEAR, animate: false });
}

function sheetOn(map, schools, outlines) {
  const canvas = document.createElement("canvas"), buttons = document.createElement("div");
  canvas.className = "leaflet-zoom-animated";
  buttons.className = "map-points leaflet-zoom-animated";
  map.getPane("overlayPane").append(canvas);
  map.getPane("markerPane").append(buttons);
  const index = new Supercluster(GROUPS).load(schools.features);
  return { map, canvas, buttons, index, outlines: outlines.features.map(traced), chosen: [], held: new Map() };
}

async function draw() {
  const { schools: from, outlines: around, engine, clusters } = holder.dataset;
  const [schools, outlines] = await Promise.all([read(from), around ? read(around) : NONE, import(engine), import(clusters)]);
  holder.hidden = false;
  marked(schools, "");
  const sheet = sheetOn(mapOf(leaflet, schools), schools, outlines);
  tell(sheet, schools);
  redraw(sheet);
  document.getElementById("map-tools").hidden = false;
  requestAnimationFrame(() => setTimeout(() => { holder.classList.add("map-drawn"); still(); }));
}

// The picture of the map is for paper, and for a browser that cannot draw the map: read when that is known.
function still() {
  const shown = document.getElementById("map-still");
  shown.src = shown.dataset.src;
  shown.hidden = false;
}

if (holder) { draw().catch((error) => { holder.hidden = true; still(); throw error; }); }
