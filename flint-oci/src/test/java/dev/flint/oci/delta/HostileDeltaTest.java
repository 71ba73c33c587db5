package dev.flint.oci.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Decoders;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.ForgedLayer;
import dev.flint.oci.layer.ForgedLayer.Forged;
import dev.flint.oci.layer.HostileTables;
import dev.flint.oci.layer.HostileTables.Lie;
import dev.flint.oci.layer.Packing;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.Pause;
import dev.flint.testing.FaultyBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that lie, pulled by their chunks on a machine that has the honest ones. */
@Timeout(60)
final class HostileDeltaTest {
  private static final Set<ErrorCode> REFUSALS =
      Set.of(ErrorCode.INTEGRITY, ErrorCode.PROTOCOL, ErrorCode.POLICY);

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();

  static Stream<Arguments> all() {
    return Stream.of(HostileTables.lies(), HostileTables.others(), HostileTables.broken())
        .flatMap(HostileTables::arguments);
  }

  /** The honest disk, cut where the forged one is. */
  private static final class Chunks implements Seed {
    private static final int[] CUTS = {0, 5000, 9000, 13_000, 17_096, 20_000};

    private final byte[] disk = ForgedLayer.honest().disk();

    @Override
    public void offer(Offers offers) throws IOException {
      // Not the last one, so that something is left to be fetched.
      for (int i = 0; i < 4; i++) {
        byte[] chunk = Arrays.copyOfRange(disk, CUTS[i], CUTS[i + 1]);
        offers.take(Digest.sha256Hasher().digest(chunk), CUTS[i]);
      }
    }

    @Override
    public boolean read(long place, Decoders decoders, byte[] out, int length) {
      System.arraycopy(disk, (int) place, out, 0, Math.min(length, disk.length - (int) place));
      return length <= disk.length - place;
    }
  }

  private static final class Total implements ByteMeter {
    private long bytes;

    @Override
    public void accept(long more) {
      bytes += more;
    }

    @Override
    public void restart() {
      bytes = 0;
    }
  }

  /** Whether a blob is stored, it is the one that was wanted. */
  @ParameterizedTest
  @MethodSource("all")
  void noTableBringsAnotherBlobIntoTheStore(String name, Lie lie) throws IOException {
    Forged forged = lie.apply(ForgedLayer.honest()).forge();
    Descriptor blob = forged.descriptor();
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      DeltaPull delta =
          new DeltaPull(layout, Packing.CODECS, 2, List.of(new Chunks()), Pause.NONE, notes::add);
      Total metered = new Total();
      boolean there = delta.fetch(blob, new FaultyBlob(forged.blob()), metered);
      assertEquals(there, layout.find(blob).isPresent());
      if (there) {
        assertArrayEquals(forged.blob(), Files.readAllBytes(layout.require(blob).file()));
      } else {
        assertEquals(0, metered.bytes, "what was in vain is taken back");
      }
    }
  }

  /** By the table alone, without the checks of the whole, which are left to who asks for it. */
  @ParameterizedTest
  @MethodSource("all")
  void noTableFillsAFileWithWhatItDoesNotSay(String name, Lie lie) throws IOException {
    ForgedLayer honest = ForgedLayer.honest();
    Forged forged = lie.apply(ForgedLayer.honest()).forge();
    FaultyBlob source = new FaultyBlob(forged.blob());
    try (FileChannel target =
        FileChannel.open(
            folder.resolve("disk"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE)) {
      target.write(ByteBuffer.wrap(Arrays.copyOf(honest.disk(), 6000)));
      Optional<SeekableLayer> layer = DiskDelta.find(forged.descriptor(), source, Pause.NONE);
      if (layer.isPresent()) {
        new DiskDelta(Packing.CODECS, 2, Pause.NONE)
            .fill(layer.get(), source, List.of(new Chunks()), target, n -> {});
        byte[] filled = Files.readAllBytes(folder.resolve("disk"));
        ChunkTable table = layer.get().table();
        for (int i = 0; i < table.count(); i++) {
          int from = (int) table.diskOffset(i);
          byte[] chunk = Arrays.copyOfRange(filled, from, from + table.length(i));
          assertEquals(table.digest(i), Digest.sha256(chunk));
        }
      }
    } catch (FlintException e) {
      assertTrue(REFUSALS.contains(e.code()), e::toString);
    }
  }
}
