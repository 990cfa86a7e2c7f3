/** Sounds, orbits, and places. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(14);
const feature = (name: string) => ({
  function: name,
  imports: `import ${name} from "meyda/dist/node/extractors/${name}.js";`,
  signature: "(ampSpectrum: Float64Array): number",
  body: `${name}({ ampSpectrum })`,
  inputs: [[r.f64(9, 0.1, 2)]],
});

const sounds = [
  ...rowsOf({ package: "meyda", area: "signal processing" }, [
    feature("spectralSpread"),
    feature("spectralKurtosis"),
    feature("spectralCrest"),
    {
      function: "energy",
      imports: 'import energy from "meyda/dist/node/extractors/energy.js";',
      signature: "(signal: Float64Array): number",
      body: "energy({ signal })",
      inputs: [[r.f64(12)]],
    },
  ]),
  ...rowsOf(
    {
      package: "window-function",
      area: "signal processing",
      imports: 'import { cauchy, powerOfSine } from "window-function";',
    },
    [
      {
        function: "cauchy",
        signature: "(i: number, alpha: number): number",
        body: "cauchy(i, 16, alpha)",
        inputs: [[5, 3]],
      },
      {
        function: "powerOfSine",
        signature: "(i: number, alpha: number): number",
        body: "powerOfSine(i, 16, alpha)",
        inputs: [[5, 2.4]],
      },
    ],
  ),
  ...rowsOf({ package: "simplex-noise", area: "signal processing" }, [
    {
      function: "createNoise3D",
      imports: 'import { createNoise3D } from "simplex-noise";\nconst noise = createNoise3D(() => 0.4);',
      signature: "(x: number, y: number, z: number): number",
      body: "noise(x, y, z)",
      inputs: [[0.31, 0.74, -0.4]],
    },
  ]),
  ...rowsOf({ package: "kalmanjs", area: "signal processing", imports: 'import KalmanFilter from "kalmanjs";' }, [
    {
      function: "KalmanFilter#predict, #uncertainty",
      signature: "(R: number, Q: number, A: number): number",
      body:
        "const filter = new KalmanFilter({ R, Q, A });\nfilter.filter(1.3);\n" +
        "return filter.predict() + 2 * filter.uncertainty();",
      inputs: [[0.1, 0.7, 1.1]],
    },
  ]),
  ...rowsOf({ package: "fft.js", area: "signal processing", imports: 'import FFT from "fft.js";' }, [
    {
      function: "FFT#transform",
      signature: "(x: number[]): number",
      body:
        "const fft = new FFT(8);\nconst spectrum = fft.createComplexArray();\nfft.transform(spectrum, x);\n" +
        "return spectrum[2] ** 2 + spectrum[3] ** 2;",
      inputs: [[r.numbers(16)]],
    },
  ]),
];

const orbits = [
  ...rowsOf(
    { package: "satellite.js", area: "astronomy", imports: 'import { dopplerFactor, eciToEcf } from "satellite.js";' },
    [
      {
        function: "eciToEcf",
        signature: "(x: number, y: number, z: number, gmst: number): number",
        body: "const at = eciToEcf({ x, y, z }, gmst);\nreturn at.x + 2 * at.y + 3 * at.z;",
        inputs: [[4000, 3000, 5000, 0.4]],
      },
      {
        function: "dopplerFactor",
        signature: "(x: number, y: number, v: number): number",
        body: "dopplerFactor({ x: 100, y: 200, z: 6000 }, { x, y, z: 6700 }, { x: v, y: 1, z: 0 }) * 1000",
        inputs: [[1000, 300, 7]],
      },
    ],
  ),
  ...rowsOf({ package: "astronomy-engine", area: "astronomy" }, [
    {
      function: "HelioDistance",
      imports: 'import { Body, HelioDistance } from "astronomy-engine";',
      signature: "(days: number): number",
      body: "HelioDistance(Body.Mars, days)",
      inputs: [[8123.4]],
    },
    {
      function: "SiderealTime",
      imports: 'import { SiderealTime } from "astronomy-engine";',
      signature: "(days: number): number",
      body: "SiderealTime(days)",
      inputs: [[8123.4]],
      step: 0.01,
    },
  ]),
  ...rowsOf({ package: "suncalc", area: "astronomy", imports: 'import { getMoonPosition } from "suncalc";' }, [
    {
      function: "getMoonPosition",
      signature: "(lat: number, lng: number): number",
      body:
        "const { azimuth, altitude, distance } = getMoonPosition(new Date(1720000000000), lat, lng);\n" +
        "return azimuth + 2 * altitude + distance / 1e5;",
      inputs: [[50.5, 30.5]],
    },
  ]),
];

const places = [
  ...rowsOf({ package: "geolib", area: "geodesy", imports: 'import { getDistance } from "geolib";' }, [
    {
      function: "getDistance",
      // A multiple of the accuracy: as it rounds, only that has a derivative.
      signature: "(latitude: number, longitude: number, accuracy: number): number",
      body: "getDistance({ latitude, longitude }, { latitude: 48, longitude: 2 }, accuracy)",
      inputs: [[52.52, 13.405, 1000]],
      step: 0.001,
    },
  ]),
  ...rowsOf({ package: "d3-geo", area: "geodesy" }, [
    {
      function: "geoRotation",
      imports: 'import { geoRotation } from "d3-geo";',
      signature: "(lambda: number, phi: number): number",
      body: "const at = geoRotation([lambda, phi])([10, 20]);\nreturn at[0] + 2 * at[1];",
      inputs: [[30, -12]],
    },
    {
      function: "geoNaturalEarth1Raw",
      imports: 'import { geoNaturalEarth1Raw } from "d3-geo";',
      signature: "(lambda: number, phi: number): number",
      body: "const at = geoNaturalEarth1Raw(lambda, phi);\nreturn at[0] + 2 * at[1];",
      inputs: [[0.3, -0.7]],
    },
    {
      function: "geoConicEqualAreaRaw",
      imports: 'import { geoConicEqualAreaRaw } from "d3-geo";',
      signature: "(lambda: number, phi: number, south: number, north: number): number",
      body: "const at = geoConicEqualAreaRaw(south, north)(lambda, phi);\nreturn at[0] + 2 * at[1];",
      inputs: [[0.3, 0.7, 0.2, 0.9]],
    },
  ]),
];

export const rows: readonly Row[] = [...sounds, ...orbits, ...places];
