package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.KnownRepositories;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.RegistryClient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Sends images of the store to their registries.
 *
 * @param client one for all images
 * @param store in use
 * @param jobs how many blobs at a time
 * @param mountFrom repositories that may have blobs of them
 */
record StorePush(
    Context context, RegistryClient client, OciLayout store, int jobs, List<String> mountFrom) {
  Document push(Reference reference) throws IOException {
    LayoutImages images = new LayoutImages(store);
    images.require(reference);
    return new Transfer(
            images,
            client.repository(reference),
            context.progress(),
            jobs,
            new KnownRepositories(store, reference, mountFrom))
        .copy(reference, reference, Optional.empty());
  }
}
