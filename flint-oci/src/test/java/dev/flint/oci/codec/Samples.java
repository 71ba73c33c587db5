package dev.flint.oci.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chunks of many kinds and lengths, the same in each run. */
final class Samples {
  private static final int LARGEST = 1 << 20;

  private Samples() {}

  /** Around each edge, of each kind. */
  static Stream<byte[]> all() {
    return IntStream.of(0, 1, 2, 17, 255, 4096, 65_535, 65_536, 65_537, 262_144, 300_001, LARGEST)
        .boxed()
        .flatMap(length -> Stream.of(zeros(length), noise(length), text(length), mixed(length)));
  }

  /** A few, for what is done with each of many codecs. */
  static Stream<byte[]> some() {
    return Stream.of(zeros(70_000), noise(70_000), text(70_000), mixed(200_001), text(0));
  }

  static byte[] zeros(int length) {
    return new byte[length];
  }

  static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static byte[] text(int length) {
    Random random = new Random(length + 1L);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append("line ").append(random.nextInt(5000)).append(" of a file\n");
    }
    return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
  }

  static byte[] mixed(int length) {
    Random random = new Random(length + 2L);
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int end = Math.min(length, at + 1 + random.nextInt(20_000));
      byte[] piece =
          switch (random.nextInt(4)) {
            case 0 -> noise(end - at);
            case 1 -> text(end - at);
            case 2 -> zeros(end - at);
            default -> Arrays.copyOf(bytes, end - at);
          };
      System.arraycopy(piece, 0, bytes, at, end - at);
      at = end;
    }
    return bytes;
  }
}
