/** The table of packages: functions of well-known packages as they come, by area. */
import type { Row } from "./row.ts";
import { rows as breadth } from "./table/breadth.ts";
import { rows as colour } from "./table/colour.ts";
import { rows as curves } from "./table/curves.ts";
import { rows as distributions } from "./table/distributions.ts";
import { rows as geometry } from "./table/geometry.ts";
import { rows as motion } from "./table/motion.ts";
import { rows as processes } from "./table/processes.ts";
import { rows as samples } from "./table/samples.ts";
import { rows as signals } from "./table/signals.ts";
import { rows as skyAndEarth } from "./table/sky-and-earth.ts";
import { rows as special } from "./table/special.ts";
import { rows as statistics } from "./table/statistics.ts";
import { rows as vectors } from "./table/vectors.ts";

export const table: readonly Row[] = [
  ...vectors,
  ...geometry,
  ...colour,
  ...curves,
  ...statistics,
  ...special,
  ...processes,
  ...skyAndEarth,
  ...samples,
  ...distributions,
  ...motion,
  ...signals,
  ...breadth,
];
