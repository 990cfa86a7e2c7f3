import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { StoreNode, ValueId } from "../../src/ir/graph.ts";
import type { Activity } from "../analyze/activity.ts";
import type { JointRegions } from "../analyze/joint-regions.ts";
import type { Pullbacks } from "../analyze/pullback.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import type { CallsOfGraph, DerivedCalls } from "./derived-calls.ts";
import type { PrimalValues } from "./primal-values.ts";
import type { RecordingSweep } from "./recording-sweep.ts";
import type { Shadows } from "./shadows.ts";
import type { SweepState } from "./sweep-state.ts";

/** What the reverse sweep works with. */
export interface SweepParts {
  readonly build: GraphBuilder;
  readonly plan: StoragePlan;
  readonly activity: Activity;
  readonly pullbacks: Pullbacks;
  readonly joint: JointRegions;
  readonly recording: RecordingSweep;
  readonly state: SweepState;
  readonly primal: PrimalValues;
  readonly shadows: Shadows;
  /** Starts the shadow of an array that is an output; of any other it does nothing. */
  readonly seedArray: (version: ValueId) => void;
  readonly mayStoreOutside: (store: StoreNode) => boolean;
  /** The derivatives of the functions that are called. */
  readonly calls: CallsOfGraph;
  readonly derived: DerivedCalls;
}
