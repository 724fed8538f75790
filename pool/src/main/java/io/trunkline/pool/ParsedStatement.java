package io.trunkline.pool;

/// Subject of a Parse in [PendingResponses]: what is known to be right once the server has said so.
public interface ParsedStatement {
  SharedStatement statement();
}
