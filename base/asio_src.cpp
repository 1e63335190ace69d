// The one translation unit that holds the compiled parts of Asio.
#include <boost/asio/impl/src.hpp>
