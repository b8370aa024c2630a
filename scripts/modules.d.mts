export declare const writeModules: (folder: string) => Promise<void>;
