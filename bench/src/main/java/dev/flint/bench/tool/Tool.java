package dev.flint.bench.tool;

import dev.flint.bench.input.Disk;
import dev.flint.bench.machine.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A tool that moves disks. Each works in a folder of its own. A job that it cannot do is empty. */
public interface Tool {
  /** Its name in the tables. */
  String name();

  /** Forgets all that it kept from earlier runs. */
  void reset() throws IOException;

  /** Makes an image of a disk and sends it. */
  Optional<Script> push(Disk disk, String reference) throws IOException;

  /** Fetches an image into a local store or layout. */
  Optional<Script> pull(Image image);

  /** Fetches an image and puts its disk into {@link #unpacked}. */
  Optional<Script> unpack(Image image);

  /** Where the disk is that {@link #unpack} made, of a name that the image tells. */
  Path unpacked() throws IOException;
}
