package dev.flint.oci.convert;

import dev.flint.oci.disk.DiskCopy;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.disk.HoleMap;
import dev.flint.oci.disk.TargetShape;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OutputFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Makes a disk image file of another one, with the same bytes for the guest. Streams: neither
 * memory nor temporary files grow with the disk. The new file appears whole or not at all.
 */
public final class DiskConversion {
  private final int threads;
  private final ProgressListener listener;

  /**
   * Converts by a number of threads.
   *
   * @param threads that read, and as many that compress, at least 1
   */
  public DiskConversion(int threads, ProgressListener listener) {
    this.threads = threads;
    this.listener = listener;
  }

  /** Finds out what a source is: one of the two ways of {@link DiskProbe}. */
  @FunctionalInterface
  public interface Probe {
    /** Probes an open file that messages call by a name. */
    DiskInfo probe(FileChannel channel, String name) throws IOException;
  }

  /** What there was, and what was made of it. */
  public record Converted(DiskInfo source, DiskInfo target) {}

  /**
   * Converts a disk.
   *
   * @param force whether the target may replace a file
   * @throws FlintException as {@link DiskProbe#probe} and {@link OutputFile#create}; NOT_FOUND if
   *     there is no source, UNSUPPORTED if it is no plain file, USAGE if it is the target as well,
   *     POLICY if the disk is too large for its new format
   */
  public Converted run(Path source, Probe probe, Path target, TargetShape shape, boolean force)
      throws IOException {
    // A pipe would keep us waiting, and the length of a device is not known.
    if (Files.exists(source) && !Files.isRegularFile(source)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          source + " is not a plain file",
          "copy the disk into a file first");
    }
    try (HoleMap disk = HoleMap.open(source)) {
      if (Files.exists(target) && Files.isSameFile(source, target)) {
        throw new FlintException(
            ErrorCode.USAGE, source + " is both source and target", "name another target");
      }
      DiskInfo info = probe.probe(disk.channel(), source.toString());
      if (shape.format() == DiskFormat.RAW && info.format() != DiskFormat.RAW) {
        DiskProbe.requireRawGuest(disk.channel(), info, source.toString());
      }
      try (OutputFile output = OutputFile.create(target, force)) {
        copy(disk, info, output.channel(), target, shape);
        DiskInfo made =
            DiskProbe.probe(output.channel(), target + ", made of " + source, shape.format());
        output.publish();
        return new Converted(info, made);
      }
    } catch (NoSuchFileException e) {
      throw new FlintException(ErrorCode.NOT_FOUND, "no such file: " + source, e);
    }
  }

  private void copy(HoleMap disk, DiskInfo info, FileChannel output, Path target, TargetShape shape)
      throws IOException {
    try (Meter meter = Meter.start(listener, target.toString(), info.virtualSize());
        GuestSink sink = shape.open(output, info.virtualSize(), threads)) {
      new DiskCopy(threads).copy(disk.channel(), info, disk::zerosAt, sink, meter::advance);
      meter.finish(Outcome.DONE);
    }
  }
}
