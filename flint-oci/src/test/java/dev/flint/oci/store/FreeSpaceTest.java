package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E17, the half of it that is seen beforehand. */
final class FreeSpaceTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  private static Descriptor blob(String content, long size) {
    return Descriptor.of(
        MediaType.OCTET_STREAM, Digest.sha256(content.getBytes(StandardCharsets.UTF_8)), size);
  }

  private static void expectRefusal(FreeSpace space, OciLayout layout, List<Descriptor> blobs) {
    FlintException e = assertThrows(FlintException.class, () -> space.require(layout, blobs));
    assertEquals(ErrorCode.LOCAL_IO, e.code());
  }

  @Test
  void saysWhatIsNeededAndWhatIsThere() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      FreeSpace space = new FreeSpace(at -> GIB);
      space.require(layout, List.of(blob("a", GIB - GIB / 32)));
      FlintException e =
          assertThrows(
              FlintException.class,
              () -> space.require(layout, List.of(blob("a", GIB / 2), blob("b", GIB / 2))));
      assertEquals(ErrorCode.LOCAL_IO, e.code());
      assertEquals(
          "not enough room in " + folder + ": 1091567616 bytes are needed, 1073741824 are free",
          e.getMessage());
    }
  }

  @Test
  void whatIsThereNeedsNoRoomAndWhatIsThereInPartLess() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      FreeSpace none = new FreeSpace(at -> 0);
      Blob there = layout.put(new byte[1000]);
      none.require(layout, List.of(Descriptor.of(MediaType.OCTET_STREAM, there.digest(), 1000)));
      none.require(layout, List.of());

      FreeSpace little = new FreeSpace(at -> 3 << 20);
      Descriptor wanted = blob("a", 10 << 20);
      expectRefusal(little, layout, List.of(wanted));
      Path partials = Files.createDirectories(folder.resolve(".flint/partial"));
      Files.write(partials.resolve("sha256-" + wanted.digest().encoded()), new byte[9 << 20]);
      little.require(layout, List.of(wanted));
      expectRefusal(little, layout, List.of(wanted, blob("b", 1 << 20)));
    }
  }

  @Test
  void sizesThatNobodyHasDoNotOverflow() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      expectRefusal(
          new FreeSpace(at -> GIB),
          layout,
          List.of(blob("a", Long.MAX_VALUE), blob("b", Long.MAX_VALUE)));
      new FreeSpace(at -> Long.MAX_VALUE).require(layout, List.of(blob("a", Long.MAX_VALUE)));
    }
  }

  @Test
  void theSystemKnows() throws IOException {
    new FreeSpace().require(folder, 1);
    FlintException e =
        assertThrows(
            FlintException.class, () -> new FreeSpace().require(folder, Long.MAX_VALUE / 2));
    assertTrue(String.valueOf(e.getMessage()).contains(" are free"), String.valueOf(e));
  }
}
