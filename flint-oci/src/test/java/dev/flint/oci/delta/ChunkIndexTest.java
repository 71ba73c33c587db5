package dev.flint.oci.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.flint.oci.chunk.ChunkList;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkIndexTest {
  private static ChunkList list(List<byte[]> hashes) {
    ChunkList.Builder builder = new ChunkList.Builder();
    hashes.forEach(hash -> builder.add(1, hash));
    return builder.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 255, 256, 257, 5000})
  void findsTheFirstOfEqualChunksAndNoOther(int count) {
    Random random = new Random(count);
    List<byte[]> hashes = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int like = random.nextInt(i + 1);
      boolean again = i > 0 && random.nextInt(4) == 0 && like < i;
      byte[] hash = new byte[32];
      random.nextBytes(hash);
      hashes.add(again ? hashes.get(like).clone() : hash);
      firsts.add(again ? firsts.get(like) : Integer.valueOf(i));
    }
    ChunkIndex index = new ChunkIndex(list(hashes));
    for (int i = 0; i < count; i++) {
      assertEquals(firsts.get(i), index.first(i));
      assertEquals(firsts.get(i), index.find(hashes.get(i)));
      byte[] other = hashes.get(i).clone();
      other[random.nextInt(32)]++;
      assertEquals(-1, index.find(other));
    }
  }

  /** A stranger chose the hashes, so that any fixed rule would put them all in one place. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12, 16, 20, 24, 28})
  void hashesThatAreAlikeDoNotCollide(int differAt) {
    List<byte[]> hashes = new ArrayList<>();
    for (int i = 0; i < 300_000; i++) {
      hashes.add(ByteBuffer.allocate(32).putInt(differAt, i).array());
    }
    assertTimeout(
        Duration.ofSeconds(10),
        () -> assertEquals(299_999, new ChunkIndex(list(hashes)).find(hashes.get(299_999))));
  }

  @Test
  void hashesThatDifferAtTheirUpperBitsDoNotCollide() {
    List<byte[]> hashes = new ArrayList<>();
    for (int i = 0; i < 1 << 16; i++) {
      byte[] hash = new byte[32];
      for (int word = 0; word < 8; word++) {
        hash[4 * word] = (byte) (((i >> (2 * word)) & 3) << 6);
      }
      hashes.add(hash);
    }
    assertTimeout(Duration.ofSeconds(10), () -> new ChunkIndex(list(hashes)));
  }
}
