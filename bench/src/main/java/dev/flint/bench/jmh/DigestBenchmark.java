package dev.flint.bench.jmh;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.security.MessageDigest;
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

/** SHA-256 of a chunk of 256 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DigestBenchmark {
  private static final int LENGTH = 256 << 10;

  private final MessageDigest hasher = Digest.sha256Hasher();
  private byte[] bytes = new byte[0];

  /** Reads the sample. */
  @Setup
  public void read() throws IOException {
    bytes = Sample.bytes(LENGTH);
  }

  /** The digest. */
  @Benchmark
  public byte[] sha256() {
    return hasher.digest(bytes);
  }
}
