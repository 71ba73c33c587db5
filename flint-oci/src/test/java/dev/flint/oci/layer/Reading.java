package dev.flint.oci.layer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What came of reading a layer: a disk, or a refusal. Any other failure fails the test. */
public final class Reading {
  private static final Set<ErrorCode> REFUSALS =
      Set.of(ErrorCode.INTEGRITY, ErrorCode.PROTOCOL, ErrorCode.POLICY);

  private final byte[] disk;
  private final String refusal;
  private final boolean wasSeekable;

  private Reading(byte[] disk, String refusal, boolean wasSeekable) {
    this.disk = disk;
    this.refusal = refusal;
    this.wasSeekable = wasSeekable;
  }

  /** Reads as unpacking does: by the table if there is one, else from front to back. */
  public static Reading of(byte[] blob, Descriptor descriptor, Digest diffId) throws IOException {
    boolean seekable = false;
    try {
      Optional<SeekableLayer> layer =
          SeekableLayer.find(
              Descriptor.of(descriptor.mediaType(), descriptor.digest(), blob.length)
                  .withAnnotations(descriptor.annotations()),
              Packing.range(blob));
      seekable = layer.isPresent();
      byte[] disk =
          seekable ? Packing.unpack(layer.get(), blob, diffId, 2) : sequential(blob, diffId);
      return new Reading(disk, "", seekable);
    } catch (FlintException e) {
      return new Reading(new byte[0], e.code() + ": " + e.getMessage(), seekable);
    }
  }

  /** Reads from front to back. */
  public static Reading sequentially(byte[] blob, Digest diffId) throws IOException {
    try {
      return new Reading(sequential(blob, diffId), "", false);
    } catch (FlintException e) {
      return new Reading(new byte[0], e.code() + ": " + e.getMessage(), false);
    }
  }

  private static byte[] sequential(byte[] blob, Digest diffId) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerUnpacker.unpack(new ByteArrayInputStream(blob), diffId, 1L << 40, out::write);
    return out.toByteArray();
  }

  /** Whether it failed as hostile input has to. */
  public boolean isRefused() {
    return REFUSALS.stream().anyMatch(code -> refusal.startsWith(code + ": "));
  }

  /** Whether it was refused or gave these bytes. */
  public boolean isRefusedOr(byte[] expected) {
    return isRefused() || (refusal.isEmpty() && Arrays.equals(disk, expected));
  }

  /** Whether nothing else came of it than of another reading. */
  public boolean isLike(Reading other) {
    return refusal.isEmpty() == other.refusal.isEmpty() && Arrays.equals(disk, other.disk);
  }

  /** Whether the table was used. */
  public boolean wasSeekable() {
    return wasSeekable;
  }

  /** The disk; empty if it was refused. */
  public byte[] disk() {
    return disk.clone();
  }

  @Override
  public String toString() {
    return (refusal.isEmpty() ? "a disk of " + disk.length + " bytes" : refusal)
        + (wasSeekable ? " by its table" : " from front to back");
  }
}
