/** Astronomy and geodesy. */
import { type Row, rowsOf } from "../row.ts";

const geodetic = "{ longitude: number; latitude: number; height: number }";
const place = "{ latitude: number; longitude: number }";
const point = "[number, number]";
const berlin = { latitude: 52.52, longitude: 13.405 };
const lisbon = { latitude: 38.72, longitude: -9.14 };

const astronomy: readonly Row[] = [
  ...rowsOf(
    {
      package: "satellite.js",
      area: "astronomy",
      imports: 'import { ecfToLookAngles, eciToGeodetic, geodeticToEcf, gstime, sunPos } from "satellite.js";',
    },
    [
      {
        function: "eciToGeodetic",
        signature: "(x: number, y: number, z: number, gmst: number): number",
        body: "const { longitude, latitude, height } = eciToGeodetic({ x, y, z }, gmst);\nreturn longitude + 2 * latitude + height / 100;",
        inputs: [[4000, 3000, 5000, 0.4]],
      },
      {
        function: "geodeticToEcf, ecfToLookAngles",
        signature: `(observer: ${geodetic}, satellite: ${geodetic}): number`,
        body: "const { azimuth, elevation, rangeSat } = ecfToLookAngles(observer, geodeticToEcf(satellite));\nreturn azimuth + 2 * elevation + rangeSat / 100;",
        inputs: [
          [
            { longitude: 0.2, latitude: 0.9, height: 0.1 },
            { longitude: 0.3, latitude: 0.8, height: 500 },
          ],
        ],
      },
      {
        function: "gstime",
        signature: "(jd: number): number",
        body: "gstime(jd)",
        step: 0.02,
        inputs: [[2458849.7]],
      },
      {
        function: "sunPos",
        signature: "(jd: number): number",
        body: "const { rsun, rtasc, decl } = sunPos(jd);\nreturn rsun.x + 2 * rsun.y + 3 * rsun.z + rtasc + decl;",
        step: 0.02,
        inputs: [[2458849.7]],
      },
    ],
  ),
  ...rowsOf(
    {
      package: "astronomy-engine",
      area: "astronomy",
      imports: 'import { DeltaT_EspenakMeeus, ObserverGravity, Refraction } from "astronomy-engine";',
    },
    [
      {
        function: "ObserverGravity",
        signature: "(latitude: number, height: number): number",
        body: "ObserverGravity(latitude, height)",
        inputs: [[52.5, 1200]],
      },
      {
        function: "Refraction",
        signature: "(altitude: number): number",
        body: 'Refraction("normal", altitude)',
        inputs: [[12], [-3]],
      },
      {
        function: "DeltaT_EspenakMeeus",
        signature: "(ut: number): number",
        body: "DeltaT_EspenakMeeus(ut)",
        inputs: [[8123.4], [-60000]],
      },
    ],
  ),
  ...rowsOf({ package: "suncalc", area: "astronomy", imports: 'import { getPosition } from "suncalc";' }, [
    {
      function: "getPosition",
      signature: "(lat: number, lng: number): number",
      body: "const { azimuth, altitude } = getPosition(new Date(1720000000000), lat, lng);\nreturn azimuth + 2 * altitude;",
      inputs: [[50.5, 30.5]],
    },
  ]),
];

const geodesy: readonly Row[] = [
  ...rowsOf(
    {
      package: "geolib",
      area: "geodesy",
      imports: 'import { computeDestinationPoint, getAreaOfPolygon, getGreatCircleBearing } from "geolib";',
    },
    [
      {
        function: "getGreatCircleBearing",
        signature: `(from: ${place}, to: ${place}): number`,
        body: "getGreatCircleBearing(from, to)",
        inputs: [[berlin, lisbon]],
      },
      {
        function: "computeDestinationPoint",
        signature: `(from: ${place}, distance: number, bearing: number): number`,
        body: "const { latitude, longitude } = computeDestinationPoint(from, distance, bearing);\nreturn latitude + 2 * longitude;",
        inputs: [[berlin, 200000, 40]],
      },
      {
        function: "getAreaOfPolygon",
        signature: `(points: ${place}[]): number`,
        body: "getAreaOfPolygon(points)",
        inputs: [[[berlin, lisbon, { latitude: 48, longitude: 2 }]]],
      },
    ],
  ),
  ...rowsOf(
    { package: "haversine-distance", area: "geodesy", imports: 'import haversine from "haversine-distance";' },
    [
      {
        function: "haversine (objects)",
        signature: `(from: ${place}, to: ${place}): number`,
        body: "haversine(from, to)",
        inputs: [[berlin, lisbon]],
      },
      {
        function: "haversine (pairs)",
        signature: `(from: ${point}, to: ${point}): number`,
        body: "haversine(from, to)",
        inputs: [
          [
            [13.4, 52.5],
            [-9.1, 38.7],
          ],
        ],
      },
    ],
  ),
  ...rowsOf({ package: "@turf/distance", area: "geodesy", imports: 'import { distance } from "@turf/distance";' }, [
    {
      function: "distance",
      signature: `(from: ${point}, to: ${point}): number`,
      body: "distance(from, to)",
      inputs: [
        [
          [13.4, 52.5],
          [-9.1, 38.7],
        ],
      ],
    },
  ]),
  ...rowsOf({ package: "@turf/bearing", area: "geodesy", imports: 'import { bearing } from "@turf/bearing";' }, [
    {
      function: "bearing",
      signature: `(from: ${point}, to: ${point}): number`,
      body: "bearing(from, to)",
      inputs: [
        [
          [13.4, 52.5],
          [-9.1, 38.7],
        ],
      ],
    },
  ]),
  ...rowsOf({ package: "@turf/area", area: "geodesy", imports: 'import { area } from "@turf/area";' }, [
    {
      function: "area",
      signature: `(ring: ${point}[]): number`,
      body: 'area({ type: "Polygon", coordinates: [ring] })',
      inputs: [
        [
          [
            [13.4, 52.5],
            [14.1, 52.6],
            [13.8, 53.2],
            [13.4, 52.5],
          ],
        ],
      ],
    },
  ]),
  ...rowsOf(
    {
      package: "d3-geo",
      area: "geodesy",
      imports: 'import { geoDistance, geoInterpolate, geoMercatorRaw, geoOrthographic } from "d3-geo";',
    },
    [
      {
        function: "geoDistance",
        signature: `(from: ${point}, to: ${point}): number`,
        body: "geoDistance(from, to)",
        inputs: [
          [
            [13.4, 52.5],
            [-9.1, 38.7],
          ],
        ],
      },
      {
        function: "geoInterpolate",
        signature: `(from: ${point}, to: ${point}, t: number): ${point}`,
        body: "return geoInterpolate(from, to)(t);",
        inputs: [[[13.4, 52.5], [-9.1, 38.7], 0.3]],
      },
      {
        function: "geoMercatorRaw",
        signature: `(lambda: number, phi: number): ${point}`,
        body: "return geoMercatorRaw(lambda, phi);",
        inputs: [[0.2, 0.9]],
      },
      {
        function: "geoOrthographic",
        imports: 'import { geoOrthographic } from "d3-geo";\nconst projection = geoOrthographic();',
        signature: `(place: ${point}): ${point}`,
        body: "return projection(place)!;",
        inputs: [[[13.4, 52.5]]],
      },
    ],
  ),
];

export const rows: readonly Row[] = [...astronomy, ...geodesy];
