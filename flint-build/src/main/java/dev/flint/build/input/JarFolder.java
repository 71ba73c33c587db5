package dev.flint.build.input;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.TarNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;

/** A jar that is taken apart, so that its classes and resources can be layers of their own. */
public final class JarFolder implements AutoCloseable {
  private static final int MAX_ENTRIES = 1 << 18;
  private static final long MAX_BYTES = 8L << 30;
  private static final int MAX_MANIFEST = 1 << 20;
  private static final int BUFFER = 128 * 1024;

  private final Path path;
  private final JarFile jar;

  private JarFolder(Path path, JarFile jar) {
    this.path = path;
    this.jar = jar;
  }

  /**
   * Opens a jar.
   *
   * @throws FlintException PROTOCOL if it is none
   */
  public static JarFolder open(Path path) throws IOException {
    try {
      return new JarFolder(path, new JarFile(path.toFile(), false));
    } catch (ZipException e) {
      throw new FlintException(ErrorCode.PROTOCOL, path + " is no jar: " + e.getMessage(), e);
    }
  }

  /** The class that its manifest says to start. */
  public Optional<String> mainClass() throws IOException {
    return attribute(Attributes.Name.MAIN_CLASS);
  }

  /** The paths of the jars that its manifest says it needs, relative to its own folder. */
  public List<String> classPath() throws IOException {
    return attribute(Attributes.Name.CLASS_PATH)
        .map(text -> List.of(text.strip().split("\\s+")))
        .orElse(List.of());
  }

  private Optional<String> attribute(Attributes.Name name) throws IOException {
    return Optional.ofNullable(manifest().getMainAttributes().getValue(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** The parser takes as much memory as the entry unpacks to. */
  private Manifest manifest() throws IOException {
    Optional<JarEntry> entry =
        jar.stream().filter(e -> e.getName().equalsIgnoreCase(JarFile.MANIFEST_NAME)).findFirst();
    if (entry.isEmpty()) {
      return new Manifest();
    }
    byte[] bytes;
    try (InputStream in = jar.getInputStream(entry.get())) {
      bytes = in.readNBytes(MAX_MANIFEST + 1);
    }
    if (bytes.length > MAX_MANIFEST) {
      throw refused("its manifest is longer than " + MAX_MANIFEST + " bytes");
    }
    return new Manifest(new ByteArrayInputStream(bytes));
  }

  /**
   * Writes classes below one folder and everything else below another.
   *
   * @throws FlintException POLICY for names that would lead elsewhere, or more than 8 GiB
   */
  void extract(Path classes, Path resources) throws IOException {
    long room = MAX_BYTES;
    int count = 0;
    for (JarEntryName entry : names()) {
      if (++count > MAX_ENTRIES) {
        throw refused("it has more than " + MAX_ENTRIES + " entries");
      }
      Path folder = entry.name().endsWith(".class") ? classes : resources;
      Path file = folder.resolve(entry.name());
      Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(folder));
      room -= copy(entry.entry(), file, room);
    }
  }

  private record JarEntryName(String name, ZipEntry entry) {}

  private List<JarEntryName> names() throws FlintException {
    List<JarEntryName> out = new ArrayList<>();
    for (ZipEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      String plain = entry.isDirectory() ? name.substring(0, name.length() - 1) : name;
      if (!TarNames.isSafe(plain) || List.of(plain.split("/")).contains(".")) {
        throw refused("it has an entry named " + TarNames.shorten(name));
      }
      if (!entry.isDirectory()) {
        out.add(new JarEntryName(name, entry));
      }
    }
    return out;
  }

  private long copy(ZipEntry entry, Path file, long room) throws IOException {
    long count = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = jar.getInputStream(entry);
        OutputStream out = Files.newOutputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count += n;
        if (count > room) {
          throw refused("it unpacks to more than " + MAX_BYTES + " bytes");
        }
        out.write(buffer, 0, n);
      }
    } catch (ZipException e) {
      throw new FlintException(ErrorCode.INTEGRITY, path + " is damaged at " + entry.getName(), e);
    }
    return count;
  }

  private FlintException refused(String why) {
    return new FlintException(ErrorCode.POLICY, "refused the jar " + path + ": " + why);
  }

  @Override
  public void close() throws IOException {
    jar.close();
  }
}
