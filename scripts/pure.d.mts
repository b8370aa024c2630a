export declare const markPure: (code: string) => string;
