package dev.flint.oci.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.IntegrityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every compression and library must keep. */
abstract class ChunkCoderContract {
  private static final byte[] SMALL = Samples.text(700);

  Codec codec;
  ChunkCoder coder;

  /** With a level from 1 on. */
  abstract Codec codec(int level) throws Exception;

  abstract int maxLevel();

  @BeforeEach
  void opensACoder() throws Exception {
    codec = codec(5);
    coder = codec.newCoder();
  }

  @AfterEach
  void closesTheCoder() {
    if (coder != null) {
      coder.close();
    }
  }

  @Test
  void givesBackAnyChunk() throws Exception {
    for (byte[] chunk : Samples.all().toList()) {
      byte[] unit = Units.encode(coder, chunk);
      assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length));
    }
  }

  @Test
  void givesBackChunksOfAnyLength() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 150; i++) {
      byte[] chunk = Samples.mixed(random.nextInt(1 << random.nextInt(21)));
      byte[] unit = Units.encode(coder, chunk);
      assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length));
    }
  }

  @Test
  void givesBackChunksOfEveryLevel() throws Exception {
    for (int level = 1; level <= maxLevel(); level++) {
      try (ChunkCoder coder = codec(level).newCoder()) {
        for (byte[] chunk : Samples.some().toList()) {
          byte[] unit = Units.encode(coder, chunk);
          assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length));
        }
      }
    }
  }

  @Test
  void makesTheSameBytesWhateverCameBefore() throws Exception {
    for (byte[] chunk : Samples.all().toList()) {
      byte[] first = Units.encode(coder, chunk);
      assertArrayEquals(first, Units.encode(coder, chunk));
      assertArrayEquals(first, Units.encode(codec, chunk));
    }
  }

  @Test
  void makesTheSameBytesAfterFailures() throws Exception {
    byte[] unit = Units.encode(coder, SMALL);
    refuses(Arrays.copyOf(unit, unit.length / 2), SMALL.length);
    assertThrows(RuntimeException.class, () -> coder.encode(SMALL, 0, SMALL.length, new byte[25]));
    assertArrayEquals(unit, Units.encode(coder, SMALL));
    assertArrayEquals(SMALL, Units.decode(coder, unit, SMALL.length));
  }

  @Test
  void worksInSeveralThreadsWithACoderEach() throws Exception {
    List<byte[]> chunks = Samples.all().toList();
    List<byte[]> units = chunks.stream().map(chunk -> Units.encode(coder, chunk)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        ends.add(
            threads.submit(
                () -> {
                  try (ChunkCoder own = codec.newCoder()) {
                    for (int n = 0; n < chunks.size(); n++) {
                      byte[] chunk = chunks.get(n);
                      assertArrayEquals(units.get(n), Units.encode(own, chunk));
                      assertArrayEquals(chunk, Units.decode(own, units.get(n), chunk.length));
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void worksInTheMiddleOfArrays() throws Exception {
    byte[] around = new byte[SMALL.length + 20];
    System.arraycopy(SMALL, 0, around, 7, SMALL.length);
    byte[] out = new byte[coder.bound(SMALL.length)];
    int length = coder.encode(around, 7, SMALL.length, out);
    assertArrayEquals(Units.encode(codec, SMALL), Arrays.copyOf(out, length));
    byte[] back = new byte[SMALL.length];
    byte[] shifted = new byte[length + 30];
    System.arraycopy(out, 0, shifted, 11, length);
    assertEquals(length, coder.decode(shifted, 11, length, back, back.length));
    assertArrayEquals(SMALL, back);
  }

  @Test
  void leavesAloneWhatFollows() throws Exception {
    for (byte[] chunk : Samples.some().toList()) {
      byte[] unit = Units.encode(coder, chunk);
      for (byte[] next : List.of(unit, Samples.zeros(9), Samples.noise(5000), new byte[] {0x1f})) {
        byte[] both = Arrays.copyOf(unit, unit.length + next.length);
        System.arraycopy(next, 0, both, unit.length, next.length);
        byte[] out = new byte[chunk.length];
        assertEquals(unit.length, coder.decode(both, 0, both.length, out, out.length));
        assertArrayEquals(chunk, out);
      }
    }
  }

  @Test
  void refusesAUnitCutAnywhere() {
    byte[] unit = Units.encode(coder, SMALL);
    for (int length = 0; length < unit.length; length++) {
      refuses(Arrays.copyOf(unit, length), SMALL.length);
    }
    for (byte[] chunk : Samples.some().toList()) {
      byte[] large = Units.encode(coder, chunk);
      for (int left : new int[] {large.length / 3, large.length - 9, large.length - 1}) {
        refuses(Arrays.copyOf(large, left), chunk.length);
      }
    }
  }

  @Test
  void doesNotReadAfterTheEndItIsGiven() {
    byte[] unit = Units.encode(coder, SMALL);
    byte[] out = new byte[SMALL.length];
    for (int length = 0; length < unit.length; length++) {
      int cut = length;
      assertThrows(IntegrityException.class, () -> coder.decode(unit, 0, cut, out, out.length));
    }
  }

  @Test
  void neverGivesAnotherChunkWhenABitIsFlipped() {
    byte[] unit = Units.encode(coder, SMALL);
    for (int bit = 0; bit < unit.length * 8; bit++) {
      unit[bit / 8] ^= (byte) (1 << bit % 8);
      byte[] out = new byte[SMALL.length];
      try {
        coder.decode(unit, 0, unit.length, out, out.length);
        // Some bits of a header do not matter.
        assertArrayEquals(SMALL, out, "bit " + bit);
      } catch (IntegrityException e) {
        // As it should be.
      }
      unit[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void refusesAnotherLengthThanExpected() {
    for (byte[] chunk : Samples.some().toList()) {
      byte[] unit = Units.encode(coder, chunk);
      refuses(unit, chunk.length + 1);
      refuses(unit, chunk.length * 2 + 1);
      if (chunk.length > 0) {
        refuses(unit, chunk.length - 1);
        refuses(unit, 0);
      }
    }
  }

  @Test
  void refusesNoise() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      refuses(Samples.noise(random.nextInt(400)), random.nextInt(400));
    }
  }

  @Test
  void refusesNoiseAfterAGoodStart() {
    byte[] unit = Units.encode(coder, SMALL);
    Random random = new Random(8);
    for (int i = 0; i < 500; i++) {
      byte[] bad = new byte[400];
      random.nextBytes(bad);
      System.arraycopy(unit, 0, bad, 0, 10);
      refuses(bad, random.nextInt(400));
    }
  }

  @Test
  void refusesPlacesOutsideTheArrays() {
    byte[] unit = Units.encode(coder, SMALL);
    byte[] out = new byte[SMALL.length];
    assertThrows(
        IndexOutOfBoundsException.class, () -> coder.decode(unit, 1, unit.length, out, out.length));
    assertThrows(
        IndexOutOfBoundsException.class, () -> coder.decode(unit, -1, 10, out, out.length));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> coder.decode(unit, 0, unit.length, out, out.length + 1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> coder.encode(SMALL, 1, SMALL.length, new byte[9999]));
  }

  @Test
  void cannotBeUsedOnceClosed() {
    byte[] unit = Units.encode(coder, SMALL);
    coder.close();
    coder.close();
    assertThrows(RuntimeException.class, () -> Units.encode(coder, SMALL));
    assertThrows(RuntimeException.class, () -> Units.decode(coder, unit, SMALL.length));
  }

  @Test
  void namesItsEncoderTheSameEachTime() throws Exception {
    String encoder = codec.encoder();
    assertEquals(encoder, codec(5).encoder());
    assertEquals(encoder.replace("level=5", "level=1").length(), codec(1).encoder().length());
  }

  final void refuses(byte[] unit, int expected) {
    byte[] out = new byte[expected];
    IntegrityException failure =
        assertThrows(
            IntegrityException.class, () -> coder.decode(unit, 0, unit.length, out, expected));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.startsWith("damaged "), message);
  }
}
