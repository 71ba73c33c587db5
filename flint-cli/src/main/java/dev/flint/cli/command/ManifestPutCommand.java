package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint manifest put}. */
@Command(
    name = "put",
    sortOptions = false,
    description = "Send a manifest or an index to a registry, byte for byte.",
    footer = {
      "",
      "What it names must be there. Prints its digest.",
      "",
      "Example:  flint manifest put localhost:5000/demo/osv-hello:stable manifest.json"
    })
public final class ManifestPutCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The document; - reads it from standard input.")
  Path file;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ManifestPutCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Document document = document(read());
    context.registry(registry).repository(reference).tag(reference, document);
    Pinned image = Pinned.of(reference, document.digest());
    JsonObject json =
        image
            .json()
            .with("mediaType", document.mediaType().value())
            .with("size", document.bytes().length);
    output.print(context, Result.object("manifest-put/v1", json, document.digest().toString()));
    return 0;
  }

  private byte[] read() throws IOException {
    if (file.toString().equals("-")) {
      registry.credentials().leaveInputTo("the manifest");
      return read(context.input());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in);
    }
  }

  private byte[] read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(RegistryRepository.MAX_MANIFEST + 1);
    if (bytes.length > RegistryRepository.MAX_MANIFEST) {
      throw new FlintException(ErrorCode.POLICY, file + " is longer than 4 MiB");
    }
    return bytes;
  }

  /** Reads it as strictly as if it came from a registry, so that it can be read back. */
  private Document document(byte[] bytes) throws FlintException {
    Optional<Digest> wanted = reference.digest();
    Digest digest = wanted.isPresent() ? wanted.get().sameAlgorithm(bytes) : Digest.sha256(bytes);
    if (wanted.isPresent() && !digest.equals(wanted.get())) {
      throw new IntegrityException(file + " has the digest " + digest + ", not " + wanted.get());
    }
    Document document = Document.received(bytes, digest, Optional.empty());
    if (document.isIndex()) {
      ImageIndex.of(document);
    } else {
      Manifest.of(document);
    }
    Referrer.of(document);
    return document;
  }
}
