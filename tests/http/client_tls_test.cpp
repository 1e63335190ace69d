#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <filesystem>
#include <memory>

#include "tests/http/fetching.hpp"
#include "tests/http/script_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::http {
namespace {

using testing::Fetching;
using testing::ScriptServer;
using testing::TempDir;

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;

/// A certificate that vouches for itself and for `names`, like "DNS:localhost,IP:127.0.0.1".
Certificate make_certificate(EVP_PKEY* key, const char* names, long valid_seconds) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7'200);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_seconds);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

/// A TLS server with such a certificate, which is also written to ca_file().
class TlsServer {
public:
    explicit TlsServer(const char* names, long valid_seconds = 3'600, int max_version = 0)
        : key_(EVP_EC_gen("P-256")),
          certificate_(make_certificate(key_.get(), names, valid_seconds)),
          context_(SSL_CTX_new(TLS_server_method())),
          server_({[this](int fd) { serve(fd); }, [this](int fd) { serve(fd); }}) {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_max_proto_version(context_.get(), max_version);
        SSL_CTX_use_certificate(context_.get(), certificate_.get());
        SSL_CTX_use_PrivateKey(context_.get(), key_.get());
        std::unique_ptr<FILE, Freer<std::fclose>> file(std::fopen(ca_file().c_str(), "w"));
        PEM_write_X509(file.get(), certificate_.get());
    }

    [[nodiscard]] std::string ca_file() const { return dir_ / "ca.pem"; }
    [[nodiscard]] ClientRequest request(const std::string& host) const {
        const std::string url = server_.url("/");
        ClientRequest request;
        request.url = "https://" + host + url.substr(url.rfind(':'));
        request.ca_file = ca_file();
        return request;
    }

private:
    void serve(int fd) const {
        const std::unique_ptr<SSL, Freer<SSL_free>> ssl(SSL_new(context_.get()));
        SSL_set_fd(ssl.get(), fd);
        if (SSL_accept(ssl.get()) != 1) {
            return;
        }
        char buffer[4'096];
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
        while (SSL_read(ssl.get(), buffer, sizeof buffer) > 0) {
            SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
        }
    }

    TempDir dir_;
    Key key_;
    Certificate certificate_;
    Context context_;
    ScriptServer server_;
};

TEST(ClientTls, verifies_a_known_certificate_by_name_and_by_address) {
    const TlsServer server("DNS:localhost,IP:127.0.0.1");
    for (const char* host : {"localhost", "127.0.0.1"}) {
        Fetching fetching;
        const auto response = fetching.fetch(server.request(host));
        ASSERT_TRUE(response) << response.error().detail();
        EXPECT_EQ(response->body, "secret");
    }
}

TEST(ClientTls, uses_a_kept_connection_again) {
    const TlsServer server("DNS:localhost");
    Fetching fetching;
    ASSERT_TRUE(fetching.fetch(server.request("localhost")));
    ASSERT_TRUE(fetching.fetch(server.request("localhost")));
    EXPECT_EQ(fetching.client().statistics().reused, 1U);
}

TEST(ClientTls, reads_a_renewed_ca_file_again) {
    const TlsServer before("DNS:localhost");
    const TlsServer after("DNS:localhost");
    const TempDir folder;
    const auto trusted = folder / "trusted.pem";
    std::filesystem::copy_file(before.ca_file(), trusted);
    Fetching fetching;
    auto request = before.request("localhost");
    request.ca_file = trusted;
    ASSERT_TRUE(fetching.fetch(request));

    std::filesystem::copy_file(
        after.ca_file(), trusted, std::filesystem::copy_options::overwrite_existing);
    request = after.request("localhost");
    request.ca_file = trusted;
    const auto response = fetching.fetch(request);

    ASSERT_TRUE(response) << response.error().detail();
    EXPECT_EQ(response->body, "secret");
}

void expect_distrust(const ClientRequest& request, const std::string& cause) {
    Fetching fetching;
    const auto response = fetching.fetch(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::unreachable);
    EXPECT_NE(response.error().detail().find("certificate"), std::string::npos);
    EXPECT_NE(response.error().detail().find(cause), std::string::npos)
        << response.error().detail();
}

TEST(ClientTls, refuses_an_unknown_certificate) {
    const TlsServer server("DNS:localhost");
    ClientRequest request = server.request("localhost");
    request.ca_file.clear();
    expect_distrust(request, "self-signed");
    expect_distrust(request, "ca_file");
}

TEST(ClientTls, refuses_a_certificate_for_another_name_or_address) {
    const TlsServer server("DNS:elsewhere.example,IP:127.0.0.2");
    expect_distrust(server.request("localhost"), "hostname mismatch; write the name");
    expect_distrust(server.request("127.0.0.1"), "IP address mismatch");
}

TEST(ClientTls, refuses_an_expired_certificate) {
    const TlsServer server("DNS:localhost", -3'600);
    expect_distrust(server.request("localhost"), "expired; it has to be renewed");
}

TEST(ClientTls, refuses_tls_1_1) {
    const TlsServer server("DNS:localhost", 3'600, TLS1_1_VERSION);
    Fetching fetching;
    const auto response = fetching.fetch(server.request("localhost"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::unreachable);
    EXPECT_NE(response.error().detail().find("no TLS"), std::string::npos);
}

TEST(ClientTls, names_an_unreadable_ca_file) {
    Fetching fetching;
    ClientRequest request;
    request.url = "https://localhost:1/";
    request.ca_file = "/no/such/file.pem";
    const auto response = fetching.fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::invalid_input);
    EXPECT_NE(response.error().detail().find("/no/such/file.pem"), std::string::npos);
}

TEST(ClientTls, says_so_when_the_other_side_speaks_no_tls) {
    ScriptServer server({[](int fd) {
        char byte = 0;
        ASSERT_EQ(::recv(fd, &byte, 1, MSG_PEEK), 1);
        constexpr std::string_view kHttp = "HTTP/1.1 400 Bad Request\r\n\r\n";
        ::send(fd, kHttp.data(), kHttp.size(), MSG_NOSIGNAL);
    }});
    Fetching fetching;
    const auto response = fetching.get("https" + server.url("/").substr(4));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::unreachable);
    EXPECT_NE(response.error().detail().find("write http://"), std::string::npos)
        << response.error().detail();
}

}  // namespace
}  // namespace aifp::http
