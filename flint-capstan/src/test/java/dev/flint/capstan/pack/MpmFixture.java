package dev.flint.capstan.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A package in the making, as Capstan packs them: a gzipped tar of names with a slash in front. */
final class MpmFixture {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  MpmFixture() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  MpmFixture file(String name, String content) {
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    return entry(name, TarConstants.LF_NORMAL, text, entry -> {});
  }

  MpmFixture folder(String name) {
    return entry(name + "/", TarConstants.LF_DIR, new byte[0], entry -> {});
  }

  MpmFixture link(String name, String target) {
    return entry(name, TarConstants.LF_SYMLINK, new byte[0], entry -> entry.setLinkName(target));
  }

  MpmFixture entry(String name, byte type, byte[] content, Consumer<TarArchiveEntry> more) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setSize(content.length);
    more.accept(entry);
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  byte[] plain() throws IOException {
    tar.finish();
    return bytes.toByteArray();
  }

  byte[] gzipped() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain());
    }
    return out.toByteArray();
  }

  /** Puts it under a Capstan root. */
  void install(Path root, String name, String manifest) throws IOException {
    Path packages = Files.createDirectories(root.resolve("packages"));
    Files.write(packages.resolve(name + ".mpm"), gzipped());
    Files.writeString(
        packages.resolve(name + ".yaml"), "name: " + name + "\ntitle: t\nauthor: a\n" + manifest);
  }
}
