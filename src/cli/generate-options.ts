/** The options of the main command, as commander gives them. */
export interface GenerateOptions {
  readonly project?: string;
  readonly outDir?: string;
  readonly stdout?: true;
  readonly check?: true;
  readonly watch?: true;
  readonly lang: "ts" | "js";
  readonly optimize: "readable" | "speed" | "size";
  readonly scratch: "f64" | "f32";
  readonly strictFp: boolean;
  readonly maxScratch: number;
  readonly reporter: "pretty" | "json" | "sarif";
  readonly after?: string;
  readonly disable: readonly string[];
  readonly quiet: boolean;
  readonly debug: boolean;
}
