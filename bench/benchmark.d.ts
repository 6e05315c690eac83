/** The part of the `benchmark` package (2.1.4) that the harness uses; the package ships no types. */
declare module 'benchmark' {
  class Benchmark {
    readonly name: string;
    /** Operations per second. */
    readonly hz?: number;
  }
  namespace Benchmark {
    class Suite {
      add(name: string, run: () => unknown): this;
      run(): this;
      map<Value>(take: (one: Benchmark) => Value): Value[];
    }
  }
  export default Benchmark;
}
