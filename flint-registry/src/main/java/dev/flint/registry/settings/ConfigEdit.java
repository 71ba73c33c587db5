package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.AtomicFile;
import dev.flint.oci.store.LockBeside;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Changes a config file: alone, and as a whole. It keeps its mode, and behind a link the file is
 * changed that the link leads to.
 *
 * @param ofProject whether it is a project's, which may not say everything
 */
public record ConfigEdit(Path file, boolean ofProject) {
  private static final Set<PosixFilePermission> USUAL_MODE =
      PosixFilePermissions.fromString("rw-r--r--");

  /**
   * Sets a value.
   *
   * @throws FlintException USAGE for a wrong value, or if the file cannot be changed line by line;
   *     POLICY for what is not for a project's file
   */
  public void set(ConfigName name, String value) throws IOException {
    if (ofProject && name.key().isOfRegistry()) {
      throw new FlintException(
          ErrorCode.POLICY,
          name + " is not for the file of a project, which must not choose whom you trust",
          "leave out --project");
    }
    try {
      name.key().check(value);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, name + ": " + e.getMessage(), e);
    }
    change(editor -> Optional.of(editor.set(name, value)));
  }

  /**
   * Takes a value out.
   *
   * @return whether there was one
   */
  public boolean unset(ConfigName name) throws IOException {
    return Files.exists(file) && change(editor -> editor.unset(name));
  }

  private interface Change {
    Optional<String> of(ConfigEditor editor) throws IOException;
  }

  private boolean change(Change change) throws IOException {
    Path target = target();
    Path folder = target.getParent();
    if (folder == null) {
      throw new FlintException(ErrorCode.LOCAL_IO, "not a file: " + file);
    }
    Files.createDirectories(folder);
    requireOwn(folder);
    try (LockBeside lock = LockBeside.of(target, "another flint config")) {
      boolean there = Files.exists(target);
      String text = there ? ConfigText.text(target) : "";
      Optional<String> changed = change.of(new ConfigEditor(file, text, ofProject));
      if (changed.isPresent()) {
        write(
            folder,
            target,
            changed.get(),
            there ? Files.getPosixFilePermissions(target) : USUAL_MODE);
      }
      return changed.isPresent();
    }
  }

  /** A project is others' work: a link in it must not lead the user's hand to other files. */
  private void requireOwn(Path folder) throws IOException {
    Path project = file.toAbsolutePath().getParent();
    project = project == null ? null : project.getParent();
    if (ofProject && (project == null || !ProjectFile.isWithin(folder, project))) {
      throw new FlintException(
          ErrorCode.POLICY, file + " leads out of the project", "remove the link");
    }
  }

  private static void write(Path folder, Path target, String text, Set<PosixFilePermission> mode)
      throws IOException {
    // Made anew under a name nobody can guess.
    Path temporary = Files.createTempFile(folder, ".flint-", ".tmp");
    try {
      Files.setPosixFilePermissions(temporary, mode);
      AtomicFile.write(target, text.getBytes(StandardCharsets.UTF_8), temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Path target() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return file.toAbsolutePath();
    }
    try {
      return file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, file + " is a link that leads nowhere", "remove it", e);
    }
  }
}
