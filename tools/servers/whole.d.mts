export interface Whole {
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly urls: readonly string[];
  moveTo(moment: string): Promise<unknown>;
  said(): string;
  stop(): Promise<void>;
}

export declare function startWhole(options: { readonly folder: string; readonly now: string; readonly ownServers?: boolean; readonly settings?: Readonly<Record<string, string>> }): Promise<Whole>;
