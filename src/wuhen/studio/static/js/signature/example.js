/** A request that the documentation of signature v3 signs, sent to another host than it was signed for. */

export const EXAMPLE = {
  request: `POST / HTTP/1.1
Host: 127.0.0.1:8000
Content-Type: application/json; charset=utf-8
X-TC-Action: DescribeInstances
X-TC-Version: 2017-03-12
X-TC-Region: ap-guangzhou
X-TC-Timestamp: 1551113065
Authorization: TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168`,
  body: String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`,
  secretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
};
