package dev.flint.osv;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Files that are best read one after the other, as those of a compressed archive. They have numbers
 * in the order in which they are there.
 */
public interface RofsArchive {
  /** Starts to read at the first. */
  Pass open() throws IOException;

  /** A way through the archive, for one thread. */
  interface Pass extends Closeable {
    /**
     * A file's content, to be read before the next is asked for.
     *
     * @param number of the file, higher than the last
     */
    InputStream file(int number) throws IOException;
  }
}
