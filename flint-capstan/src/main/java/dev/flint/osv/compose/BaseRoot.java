package dev.flint.osv.compose;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.RofsArchive;
import dev.flint.osv.RofsEntry;
import dev.flint.osv.RofsReader;
import dev.flint.osv.RofsTree;
import dev.flint.osv.RootFileSystem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** What is on the file system of a disk that another is made of. */
public final class BaseRoot implements RofsArchive {
  private final RofsReader reader;
  private final List<RofsEntry> files = new ArrayList<>();

  private BaseRoot(RofsReader reader) {
    this.reader = reader;
  }

  /**
   * Puts all of it into a tree; its disk has to stay open until that is written.
   *
   * @throws FlintException UNSUPPORTED if it has a file system that only OSv reads
   */
  public static void add(RofsTree tree, Loader base) throws IOException {
    if (base.root() == RootFileSystem.RAMFS) {
      // A loader and nothing else.
      return;
    }
    if (base.root() != RootFileSystem.ROFS) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          base.name() + " has its files on " + base.root() + ", which only its guest can read",
          "take a base that was composed with --fs rofs, or a loader: --loader osv-loader");
    }
    BaseRoot root = new BaseRoot(base.openRoot());
    root.reader.walk(entry -> root.add(tree, entry));
  }

  private void add(RofsTree tree, RofsEntry entry) throws FlintException {
    switch (entry.kind()) {
      case FOLDER -> tree.folder(entry.path());
      case LINK -> tree.link(entry.path(), entry.target());
      case FILE -> {
        tree.file(entry.path(), this, files.size(), entry.size());
        files.add(entry);
      }
    }
  }

  @Override
  public Pass open() {
    return new Pass() {
      @Override
      public InputStream file(int number) throws IOException {
        return reader.open(files.get(number));
      }

      @Override
      public void close() {
        // The disk is the caller's.
      }
    };
  }
}
