package dev.flint.bench.jmh;

import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Packing and unpacking a chunk of 256 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CodecBenchmark {
  private static final int LENGTH = 256 << 10;

  /** Library and level. */
  @Param({"jdk 1", "jdk 6", "libdeflate 1", "libdeflate 2", "libdeflate 6", "zstd 1", "zstd 3"})
  public String codec = "";

  private final byte[] content = new byte[LENGTH];
  private ChunkCoder coder = Codecs.ofThisMachine().gzipDecoder();
  private byte[] bytes = new byte[0];
  private byte[] unit = new byte[0];
  private int unitLength;

  /** Reads the sample and packs it once. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    coder.close();
    coder = named(codec).newCoder();
    bytes = Sample.bytes(LENGTH);
    unit = new byte[coder.bound(LENGTH)];
    unitLength = coder.encode(bytes, 0, LENGTH, unit);
  }

  private static Codec named(String name) throws FlintException {
    int level = Integer.parseInt(name.substring(name.indexOf(' ') + 1));
    Codecs codecs = Codecs.ofThisMachine();
    return switch (name.substring(0, name.indexOf(' '))) {
      case "jdk" -> codecs.gzip(DeflateChoice.JDK, level);
      case "libdeflate" -> codecs.gzip(DeflateChoice.LIBDEFLATE, level);
      default -> codecs.zstd(level);
    };
  }

  /** Gives native memory back. */
  @TearDown(Level.Trial)
  public void close() {
    coder.close();
  }

  /** The unit's length. */
  @Benchmark
  public int encode() {
    return coder.encode(bytes, 0, LENGTH, unit);
  }

  /** The unit's length, again. */
  @Benchmark
  public int decode() throws IntegrityException {
    return coder.decode(unit, 0, unitLength, content, LENGTH);
  }
}
