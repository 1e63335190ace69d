// The one translation unit that holds the compiled parts of Asio's TLS.
#include <boost/asio/ssl/impl/src.hpp>
