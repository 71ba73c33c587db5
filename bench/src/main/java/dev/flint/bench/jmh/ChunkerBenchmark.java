package dev.flint.bench.jmh;

import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.chunk.Chunker;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding the cuts in 16 MiB; 16 divided by the seconds of one is MiB a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ChunkerBenchmark {
  private static final int LENGTH = 16 << 20;

  private final Chunker chunker = new Chunker(ChunkSizes.USUAL);
  private byte[] bytes = new byte[0];

  /** Reads the sample. */
  @Setup
  public void read() throws IOException {
    bytes = Sample.bytes(LENGTH);
  }

  /** The number of chunks. */
  @Benchmark
  public int cuts() {
    int chunks = 0;
    for (int at = 0; at < LENGTH; chunks++) {
      at += chunker.cut(bytes, at, LENGTH - at);
    }
    return chunks;
  }
}
