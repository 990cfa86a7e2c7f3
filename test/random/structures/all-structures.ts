/** Every parameter of a structured type. */
import { listStructures } from "./lists.ts";
import { nestedStructures } from "./nested.ts";
import { optionalStructures } from "./optional.ts";
import type { Structure } from "./structure.ts";

export const structures: readonly Structure[] = [...nestedStructures, ...optionalStructures, ...listStructures];
